"""What is said to an assistant in languages other than English: words to look for, and patterns. Pure."""

from collections.abc import Iterator

from ingest.sign import Sign, sign

# To ignore what was said before.

_GERMAN = (
    "anweisung|instruktion|befehl|vorgabe|prompt",
    (
        r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*|beachte nicht)\b[\w ,]{0,30}\b(?:vorherig|"
        r"bisherig|"
        r"vorangegangen|vorig|obig|früher|vorstehend|deine|ihre)\w*[\w ,]{0,20}\b(?:anweisung|"
        r"instruktion|befehl|vorgabe|"
        r"prompt|systemprompt)\w*|\balle (?:vorherigen|bisherigen|obigen) (?:anweisungen|instruktionen|"
        r"befehle) ignorieren"
    ),
)
_FRENCH = (
    "instruction|consigne|directive",
    (
        r"\b(?:ignore[rz]?|oublie[rz]?|ne tiens pas compte|"
        r"ne tenez pas compte)\b[\w ,'’]{0,30}\b(?:instructions|consignes|"
        r"directives) (?:précédentes|antérieures|ci-dessus|initiales|données)"
        r"|\b(?:ignore[rz]?|oublie[rz]?) toutes (?:les|tes|vos) (?:instructions|consignes)"
    ),
)
_ROMANCE = (
    "instruc|indicaciones|órdenes|istruzioni|instruç|orientações",
    (
        r"\b(?:ignor[aei]\w*|olvid[ae]\w*|descarta|haz caso omiso de|dimentica\w*|trascura\w*|esqueça|"
        r"esquece|desconsidere)"
        r"\b[\w ,]{0,30}\b(?:instrucciones|indicaciones|órdenes|istruzioni|instruções|"
        r"orientações)\b[\w ,]{0,15}?"
        r"\b(?:anteriores|previas|precedentes|precedenti|sopra|acima|prévias)\b"
        r"|\bignor\w+[\w ,]{0,20}(?:anteriores instrucciones|precedenti istruzioni|anteriores instruções)"
    ),
)
_DUTCH = (
    "instructies|opdrachten|aanwijzingen",
    (
        r"\b(?:negeer|vergeet)\b[\w ,]{0,20}\b(?:vorige|eerdere|voorgaande|"
        r"bovenstaande)\b[\w ,]{0,15}(?:instructies|"
        r"opdrachten|aanwijzingen)"
    ),
)
_POLISH = (
    "instruk|polece",
    (
        r"\b(?:z?ignoruj\w*|zapomnij\w*)\b[\w ,]{0,20}(?:poprzedni|wcześniejsz|"
        r"powyższ)\w+[\w ,]{0,10}(?:instruk|polece)\w+"
    ),
)
_TURKISH = (
    "talimat|komut|yönerge",
    r"\bönceki\b[\w ,]{0,15}(?:talimat|komut|yönerge)\w*[\w ,]{0,10}(?:yok say|görmezden gel|unut)",
)
_RUSSIAN = (
    "инструкц|указани|команд",
    (
        r"\b(?:проигнорируй|игнорируй|забудь)(?:те)?\b[\w ,]{0,20}(?:предыдущ|прежн|вышеуказанн|"
        r"предшествующ)\w+[\w ,]{0,10}"
        r"(?:инструкци|указани|команд)\w+"
    ),
)
_EASTERN = (
    "指令|指示|提示|命令|プロンプト|지시|명령|지침|프롬프트",
    (
        r"(?:忽略|忽視|无视|無視|忘记|忘記|不要理会)[^。！？]{0,8}(?:之前|以上|先前|上述|前面|此前)[^。！？]{0,8}(?:指令|指示|提示|命令)"
        r"|(?:これまで|以前|上記|前)の[^。！？]{0,8}(?:指示|命令|プロンプト)[^。！？]{0,6}(?:無視|忘れ)"
        r"|(?:이전|위의?|앞선|지금까지)[^.!?]{0,8}(?:지시|명령|지침|프롬프트)[^.!?]{0,8}(?:무시|잊)"
    ),
)
_SOUTHERN = (
    "التعليمات|الأوامر|التوجيهات|निर्देश|आदेश",
    (
        r"(?:تجاهل|انس)[\w ]{0,12} (?:التعليمات|الأوامر|التوجيهات)[\w ]{0,10} (?:السابقة|أعلاه)"
        r"|(?:पिछले|पूर्व|उपरोक्त)[^।!?]{0,10}(?:निर्देश|आदेश)[^।!?]{0,15}(?:अनदेखा|नज़रअंदाज़|भूल)"
    ),
)

_IGNORED = (_GERMAN, _FRENCH, _ROMANCE, _DUTCH, _POLISH, _TURKISH, _RUSSIAN, _EASTERN, _SOUTHERN)

_KI = r"(?:Sprachmodelle?|KI(?:-\w{3,20})?|künstliche Intelligenz|Chatbots?)"
_IA = (
    r"(?:IA|AI|intelligence artificielle|inteligencia artificial|inteligência artificial|"
    r"intelligenza artificiale|modèles? de langage|modelos? de (?:lenguaje|linguagem)|modell[oi] linguistic[oi]|"
    r"(?:assistant|assistente|asistente)s? (?:de )?IA|chatbot)"
)
_AI = r"(?:taalmodel(?:len)?|AI(?:-(?:assistent|model)\w*)?|chatbot)"
# "If you are a language model": nobody says so to a person. Who uses one, or builds one, is not meant.
_ARE = (
    (
        "wenn du|wenn sie|falls du|falls sie",
        rf"\b(?:wenn|falls) (?:du|sie) (?:eine? )?{_KI} (?:bist|sind)\b",
    ),
    (
        "si tu es|si vous êtes|si eres|si usted es|se sei|se é|se tu|se você",
        (
            r"\b(?:si tu es|si vous êtes|si eres|si usted es|se sei|se (?:tu |você )?(?:é|és)) "
            rf"(?:un(?:['’ ]|e |a |a['’ ])|uma? )?{_IA}\b"
        ),
    ),
    ("als je|als jij|als u", rf"\bals (?:je|jij|u) een {_AI} (?:bent|ben)\b"),
    (
        "jesteś",
        r"\bje(?:śli|żeli) jesteś (?:modelem językowym|sztuczną inteligencją|asystentem AI|chatbotem)\b",
    ),
    (
        "если ты|если вы",
        r"\bесли (?:ты|вы)(?: —| -)? (?:языковая модель|ИИ|искусственный интеллект|нейросеть|чат-?бот)\b",
    ),
    (
        "eğer",
        r"\beğer (?:sen )?(?:bir )?(?:yapay zek[aâ]|dil modeli)[\w ]{0,12}(?:ysen|ysan|isen|iseniz|sen|san)\b",
    ),
    ("你是", r"(?:如果|若|假如)你是(?:一[个個])?(?:AI|人工智[能慧]|[语語]言模型|大模型|聊天机器人)"),
    ("あなたが", r"あなたが(?:AI|人工知能|言語モデル|チャットボット)[^。]{0,10}(?:なら|であれば|の場合)"),
    ("당신이|네가", r"(?:당신이|네가) (?:AI|인공지능|언어 모델|챗봇)[^.]{0,8}라면"),
    ("إذا كنت", r"إذا كنت (?:نموذج(?:ا|اً)? لغو|ذكاء(?:ً)? اصطناعي)"),
    ("यदि|अगर", r"(?:यदि|अगर) (?:आप|तुम) (?:एक )?(?:AI|एआई|भाषा मॉडल)[^।]{0,12}(?:हैं|हो)"),
)
# "Note to AI assistants:", whatever follows.
_NOTES = (
    (
        " ki:| ki-|sprachmodell|chatbot|künstliche",
        r"\b(?:Hinweis|Anweisung|Nachricht|Mitteilung|Achtung)(?:en)? (?:an|für) (?:alle |die )?"
        + _KI
        + r"\s?:",
    ),
    (
        " ia| l'ia| l’ia| ai:| ai :|modèle|modelo|modell|chatbot",
        (
            r"\b(?:note|message|instructions?|avis|nota|mensaje|instrucci(?:ón|ones)|aviso|messaggio|istruzioni|"
            r"mensagem) (?:pour |para |per |à |a |al |all['’])(?:l['’]|les |las? |los |o |os |as |gli |tous les |"
            rf"todos los )?{_IA}s?\s?:"
        ),
    ),
    (
        "taalmodel| ai:| ai-|chatbot",
        rf"\b(?:opmerking|bericht|instructies?) (?:voor|aan) (?:alle )?{_AI}\s?:",
    ),
    ("致|给|給", r"[致给給](?:所有)?(?:AI|人工智[能慧]|[语語]言模型)[^。]{0,6}[:：]"),
    ("注意", r"(?:AI|人工智[能慧]|[语語]言模型)(?:助手|模型)?[请請]?注意[:：]"),
    (
        "への|へ:|へ：",
        r"(?:AI|言語モデル)(?:アシスタント|モデル)?へ(?:の(?:指示|注意|お願い|メッセージ))?[:：]",
    ),
    ("에게", r"(?:AI|인공지능) (?:어시스턴트|모델|비서)에게\s?[:：]"),
)
_PROMPT = r"(?:system[- ]?prompt|prompt (?:de |del |di |do )?(?:sistema|système))"
_DISCLOSED = (  # to tell what the assistant was told
    (
        "prompt",
        (
            r"\b(?:gib|zeige?|verrate|nenne|offenbare|drucke|wiederhole|(?:geben|zeigen|nennen) sie) "
            rf"(?:mir |uns |bitte )?(?:deinen|ihren|den) (?:\w{{1,20}} )?{_PROMPT}"
        ),
    ),
    (
        "prompt",
        (
            r"\b(?:révèle|affiche|montre|révélez|affichez|montrez|revela|revele|muestra|imprime|mostra|mostre|rivela|"
            r"stampa|toon|onthul) (?:moi |me |mij )?(?:ton|votre|le|tu|su|el|il tuo|il|o seu|seu|je|jouw|uw|de) "
            rf"{_PROMPT}"
        ),
    ),
    ("промпт", r"(?:покажи|раскрой|выведи)(?:те)? (?:свой |ваш )?системный промпт"),
    (
        "提示|プロンプト",
        r"(?:输出|显示|透露|泄露|告诉我)(?:你的)?系统提示|システムプロンプトを(?:出力|表示|教え)",
    ),
    ("프롬프트", r"시스템 프롬프트를? (?:출력|공개|보여)"),
)
_FROM_NOW_ON = (  # to answer otherwise
    (
        "antworte",
        r"(?<!ich )\bantworte\b[^.!?]{0,30}\bab (?:jetzt|sofort|nun)\b|\bab (?:jetzt|nun) antworte\b(?! ich)",
    ),
    ("maintenant", r"\bà partir de maintenant,? (?:réponds|termine|commence)\b"),
    ("a partir de ", r"\ba partir de (?:ahora|agora),? (?:responde|responda|termina|termine)\b"),
    ("d'ora|d’ora", r"\bd['’]ora in (?:poi|avanti),? rispondi\b"),
)


def abroad() -> Iterator[Sign]:
    """All of them."""
    for words, pattern in (*_IGNORED, *_ARE, *_NOTES, *_DISCLOSED, *_FROM_NOW_ON):
        yield sign(words, pattern)
