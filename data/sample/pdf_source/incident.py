"""The report on the outage of the order system."""

from .parts import Heading, Items, NewPage, Note, Paper, Part, Table, Text, Title

WHAT: tuple[Part, ...] = (
    Title(
        text="Incident Report: Outage of the Order System",
        below="IR-2025-03, final version of 14 April 2025. Owner: Information Security. Confidential",
    ),
    Heading("Summary"),
    Text(
        "In the night to Tuesday, 11 March 2025, an attacker entered the company network through the account of a contractor "
        "and encrypted 14 servers, among them the order system Ordis. Ordis was unavailable for 38 hours. Production in "
        "Lübeck went on with paper orders at about 60 % of its usual output; Leeds and Tallinn were not affected."
    ),
    Text(
        "No ransom was paid. All data were restored from the backup of 10 March, 23:00; three hours of entries were "
        "typed in again by hand. The direct cost came to 418,000 euros."
    ),
    Heading("Effects"),
    Items(
        (
            "1,126 customer orders were shipped late, on average by 2.6 days.",
            "62 orders were cancelled by customers.",
            "Contact details of 214 customers lay on an affected file server and may have been read.",
            "Payment data were not touched, because they are kept by the payment provider.",
            "The telephone system and the service line stayed in operation throughout.",
        )
    ),
    Table(
        caption="Direct cost of the incident",
        rows=(
            ("Item", "Euros"),
            ("Outside forensic experts", "146,000"),
            ("Overtime and weekend work", "71,000"),
            ("Replacement hardware", "58,000"),
            ("Express deliveries and credits to customers", "104,000"),
            ("Legal advice and notifications", "39,000"),
            ("Total", "418,000"),
        ),
        widths=(90, 40),
    ),
)

TIMELINE: tuple[Part, ...] = (
    NewPage(),
    Heading("Timeline"),
    Text("All times are local time in Lübeck."),
    Table(
        rows=(
            ("Date", "Time", "Event"),
            ("3 March", "10:12", "A contractor's password is captured by a forged login page"),
            ("7 March", "22:47", "First login of the attacker through the remote access gateway"),
            ("11 March", "2:05", "Encryption of servers begins"),
            ("11 March", "2:31", "Monitoring raises an alarm for unusual disk activity"),
            ("11 March", "3:10", "The on-call engineer disconnects the data centre from the network"),
            ("11 March", "6:00", "The crisis team meets; production switches to paper orders"),
            ("11 March", "9:30", "Forensic experts are engaged; the police are informed"),
            ("12 March", "16:05", "Ordis is available again for the warehouse"),
            ("12 March", "19:15", "The data protection authority is notified"),
            ("14 March", "12:00", "All servers are restored; the crisis team is dissolved"),
            ("21 March", "9:00", "The 214 customers concerned receive a letter"),
        ),
        widths=(26, 20, 118),
    ),
    Text(
        "The notification to the data protection authority was made 41 hours after the attack was discovered and thus within the "
        "legal limit of 72 hours."
    ),
    Heading("Who was in charge"),
    Text(
        "The crisis team was led by the head of operations, with the heads of IT, sales, communication and legal "
        "affairs as members. The works council and the data protection officer were informed at 7:15 on the first day."
    ),
    Note(
        "Communication with customers was handled from Leeds, whose mail system was clean. The first notice on the "
        "web site appeared at 11:40 on 11 March."
    ),
)

CAUSES: tuple[Part, ...] = (
    NewPage(),
    Heading("Causes"),
    Heading("Root cause", 2),
    Text(
        "The root cause was a contractor account that was exempt from multi-factor authentication. The exemption had "
        "been granted in 2022 for the commissioning of a bottling machine and was never withdrawn."
    ),
    Heading("Contributing factors", 2),
    Items(
        (
            "The remote access gateway allowed logins from any country at any hour.",
            "Office and production networks were separated by a single firewall whose rules had not been reviewed since 2021.",
            "The backup of the file server in building B was twelve hours older than intended, because a job had failed unnoticed.",
            "The emergency handbook existed only on a server that had been encrypted itself.",
        ),
        numbered=True,
    ),
    Heading("What went well", 2),
    Text(
        "The alarm came within 26 minutes and the network was cut off 39 minutes later. The offline copy of the backups on "
        "tape, introduced only in November 2024, proved decisive: the attacker had deleted the copies on disk. Staff "
        "in the warehouse had rehearsed picking from paper lists in January."
    ),
    Heading("What we could not find out", 2),
    Text(
        "Logs of the gateway are kept for 30 days, so that earlier attempts cannot be excluded. Whether data were copied "
        "out of the network is uncertain; the volume of outgoing traffic was not conspicuous."
    ),
)

ACTIONS: tuple[Part, ...] = (
    NewPage(),
    Heading("Measures"),
    Table(
        caption="Open and closed measures on 14 April 2025",
        rows=(
            ("No.", "Measure", "Responsible", "Due", "State"),
            (
                "M1",
                "Multi-factor authentication for all accounts, no exemptions",
                "Head of IT",
                "31 March 2025",
                "done",
            ),
            ("M2", "Remote access only from approved countries", "Network team", "31 March 2025", "done"),
            ("M3", "Contractor accounts expire after 90 days", "Head of IT", "15 April 2025", "open"),
            (
                "M4",
                "Emergency handbook printed and kept in four places",
                "Safety officer",
                "30 April 2025",
                "open",
            ),
            ("M5", "Own network zones for machines", "Network team", "30 September 2025", "open"),
            ("M6", "Logs kept for 12 months", "Information Security", "31 May 2025", "open"),
            ("M7", "Restore test every quarter", "Data centre", "30 June 2025", "open"),
            (
                "M8",
                "Phishing exercise for all staff twice a year",
                "Information Security",
                "15 May 2025",
                "open",
            ),
        ),
        widths=(12, 62, 38, 38, 16),
    ),
    Text(
        "The managing board released a budget of 290,000 euros for the measures. Progress is reported to the board monthly until "
        "all of them are closed."
    ),
    Heading("Lessons"),
    Text(
        "Exemptions need an end date and an owner. Backups that nobody has restored are a hope, not a backup. And the "
        "most useful tool of the first morning was a box of printed order forms, of which 3,000 had been left over from 2016."
    ),
    Text("The next review of this report takes place on 13 October 2025."),
)

INCIDENT = Paper(
    file="incident-report-2025-03.pdf",
    title="Incident Report IR-2025-03: Outage of the Order System",
    subject="What happened on 11 March 2025, why, and what follows",
    header="Incident Report IR-2025-03",
    footer="Confidential. Final version, 14 April 2025",
    parts=WHAT + TIMELINE + CAUSES + ACTIONS,
    keywords=("incident", "outage", "Ordis"),
)
