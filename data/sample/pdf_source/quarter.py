"""The report on the second quarter of 2025."""

from .parts import Banner, Heading, Items, NewPage, NextColumn, Note, Paper, Part, Table, Text, Title

SUMMARY: tuple[Part, ...] = (
    Title(
        text="Report on the Second Quarter 2025",
        below="April to June 2025, unaudited. Published on 7 August 2025",
    ),
    Heading("At a glance"),
    Text(
        "Quellmark increased revenue in the second quarter of 2025 by 7.8 % to 23.6 million euros. Operating profit "
        "rose to 2.4 million euros after 1.9 million a year earlier, which corresponds to a margin of 10.2 %. Growth came from office dispensers and "
        "laboratory systems, while household filters declined."
    ),
    Table(
        caption="Key figures",
        rows=(
            ("Million euros", "Second quarter", "", "First half", ""),
            ("", "2025", "2024", "2025", "2024"),
            ("Revenue", "23.6", "21.9", "45.9", "42.7"),
            ("Order intake", "25.1", "22.4", "48.8", "43.5"),
            ("Gross profit", "9.8", "8.8", "18.7", "17.2"),
            ("Operating profit", "2.4", "1.9", "4.2", "3.8"),
            ("Net profit", "1.6", "1.2", "2.7", "2.4"),
            ("Free cash flow", "1.1", "0.7", "1.5", "1.9"),
            ("Capital expenditure", "3.2", "1.4", "4.6", "2.7"),
        ),
        widths=(54, 27, 27, 27, 27),
        header_rows=2,
        spans=((0, 1, 2), (0, 3, 4)),
    ),
    Items(
        (
            "The order backlog stood at 14.8 million euros on 30 June 2025.",
            "Net debt rose to 9.7 million euros because of the new injection moulding line in Lübeck.",
            "The equity ratio was 46.3 %, after 45.1 % at the end of 2024.",
            "The number of employees grew to 428.",
        )
    ),
    Note("All amounts are rounded; sums may differ from the total in the last digit."),
)

SEGMENTS: tuple[Part, ...] = (
    NewPage(),
    Heading("Segments"),
    Table(
        caption="Revenue by segment, million euros",
        rows=(
            ("Segment", "Q2 2025", "Q2 2024", "Change"),
            ("Office dispensers", "11.2", "10.1", "+10.9 %"),
            ("Household filters", "6.1", "6.3", "−3.2 %"),
            ("Laboratory systems", "4.0", "3.4", "+17.6 %"),
            ("Service and cartridge contracts", "2.3", "2.1", "+9.5 %"),
            ("Total", "23.6", "21.9", "+7.8 %"),
        ),
        widths=(66, 32, 32, 32),
    ),
    Heading("Office dispensers", 2),
    Text(
        "The largest segment profited from the Cascade 200, of which 1,940 units were delivered. A public contract for "
        "fitting out 62 schools in Schleswig-Holstein contributed 0.9 million euros. Rental now accounts for 31 % of new "
        "dispensers."
    ),
    Heading("Household filters", 2),
    Text(
        "Sales of the Brook 20 suffered from the closure of two online marketplaces in Scandinavia. A successor, the "
        "Brook 25, will be offered from the first quarter of 2026."
    ),
    Heading("Laboratory systems", 2),
    Text(
        "The Osmo 400 was approved as standard equipment by three hospital groups. The segment reached its highest "
        "quarterly revenue since it was founded in 2011."
    ),
    Table(
        caption="Revenue by region, million euros",
        rows=(
            ("Region", "Q2 2025", "Q2 2024"),
            ("Germany", "10.4", "9.7"),
            ("United Kingdom and Ireland", "5.2", "4.8"),
            ("Nordic and Baltic countries", "4.3", "4.4"),
            ("Rest of the world", "3.7", "3.0"),
        ),
        widths=(66, 32, 32),
    ),
)

DISCUSSION: tuple[Part, ...] = (
    NewPage(2),
    Banner("Notes on the quarter"),
    Heading("Costs and margin", 2),
    Text(
        "Gross margin improved to 41.5 %. The average purchase price of activated carbon fell by 6 %, whereas "
        "electricity cost 0.2 million euros more than in the previous year. Personnel expenses rose by 5.4 % after the "
        "pay agreement of 1 April 2025."
    ),
    Text(
        "The outage of the order system in March burdened the first quarter with 0.4 million euros. It had no effect on "
        "the second quarter; all delayed orders were delivered by the end of April."
    ),
    Heading("Investment", 2),
    Text(
        "Capital expenditure amounted to 3.2 million euros, of which 2.1 million went into the moulding line that makes "
        "housings for the Tarn 60. The line started production on 16 June 2025 and replaces two machines from 1998."
    ),
    Text(
        "In Tallinn the software team moved into larger offices on Telliskivi street. The lease runs for seven years."
    ),
    Heading("Research", 2),
    Text(
        "Research and development cost 1.3 million euros, or 5.5 % of revenue. Work concentrated on a cartridge "
        "that removes short-chain fluorinated chemicals; field tests began in May with 40 households in Kiel."
    ),
    NextColumn(),
    Heading("Financing", 2),
    Text(
        "A loan of 6 million euros with a fixed rate of 3.85 % was drawn in April to finance the moulding line. It "
        "matures in 2032. The revolving credit facility of 10 million euros remained unused."
    ),
    Heading("Employees", 2),
    Text(
        "On 30 June 2025 the company had 428 employees, 16 more than at the beginning of the year. Seven "
        "apprentices completed their training, and six of them were offered permanent contracts."
    ),
    Text(
        "The staff turnover rate was 5.9 % over twelve months. The accident rate fell to 8.1 reportable accidents per "
        "million hours worked."
    ),
    Heading("Sustainability", 2),
    Text(
        "Of the cartridges sold, 44 % came back for recycling, compared with a target of 50 % for the full "
        "year. The plant in Lübeck has bought only certified hydroelectric power since January."
    ),
    Heading("Events after the quarter", 2),
    Text(
        "On 21 July 2025 Quellmark signed an agreement to acquire the service business of a dealer in Aarhus with "
        "eleven employees. The purchase price was not disclosed. The transaction is expected to close in October."
    ),
)

OUTLOOK: tuple[Part, ...] = (
    NewPage(),
    Heading("Outlook and risks"),
    Text(
        "For the full year 2025 the managing board confirms its forecast: revenue between 94 and 97 million euros and an operating margin "
        "between 9.5 and 10.5 %. The forecast assumes an average rate of 0.85 pounds to the euro."
    ),
    Table(
        caption="Main risks and how they are met",
        rows=(
            ("Risk", "Possible effect", "Likelihood", "Answer"),
            ("Price of activated carbon", "1.2 million euros", "medium", "Contracts fixed for 70 % of 2026"),
            ("Weak pound", "0.6 million euros", "medium", "Hedging of half the British revenue"),
            ("Delay of the Brook 25", "0.8 million euros", "low", "Second toolmaker on call"),
            (
                "Another cyber attack",
                "above 1 million euros",
                "low",
                "Programme of eight measures since March",
            ),
        ),
        widths=(40, 38, 24, 62),
    ),
    Heading("Balance sheet", 2),
    Table(
        rows=(
            ("Million euros", "30 June 2025", "31 December 2024"),
            ("Fixed assets", "31.8", "29.4"),
            ("Inventories", "13.6", "12.9"),
            ("Trade receivables", "12.2", "11.0"),
            ("Cash", "4.1", "5.3"),
            ("Equity", "28.6", "26.4"),
            ("Bank loans", "13.8", "12.1"),
            ("Other liabilities", "19.3", "20.1"),
            ("Balance sheet total", "61.7", "58.6"),
        ),
        widths=(66, 44, 44),
    ),
    Heading("Financial calendar", 2),
    Items(
        (
            "6 November 2025: report on the third quarter",
            "26 February 2026: preliminary figures for 2025",
            "23 April 2026: annual report and press conference in Lübeck",
        )
    ),
)

QUARTER = Paper(
    file="quarterly-report-q2-2025.pdf",
    title="Report on the Second Quarter 2025",
    subject="Revenue, profit, segments and outlook",
    header="Report on the Second Quarter 2025",
    footer="Unaudited. Published on 7 August 2025",
    parts=SUMMARY + SEGMENTS + DISCUSSION + OUTLOOK,
    keywords=("revenue", "profit", "forecast"),
)
