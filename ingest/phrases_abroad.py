"""To ignore what was said before, in languages other than English: words to look for, and patterns. Pure."""

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

ABROAD = (_GERMAN, _FRENCH, _ROMANCE, _DUTCH, _POLISH, _TURKISH, _RUSSIAN, _EASTERN, _SOUTHERN)
