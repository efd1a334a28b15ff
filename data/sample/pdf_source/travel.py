"""The travel and expenses policy that replaced the one of 2023."""

from .parts import Heading, Items, NewPage, Note, Paper, Part, Table, Text, Title

BEFORE: tuple[Part, ...] = (
    Title(
        text="Travel and Expenses Policy",
        below="FIN-014, version 5.0, effective 1 March 2025. Replaces version 4.2 of 1 April 2023. Owner: Finance",
    ),
    Heading("1 Purpose and scope"),
    Text(
        "This policy governs journeys on behalf of Quellmark Filtration and the reimbursement of what they cost. It "
        "applies to employees, apprentices and, where the contract refers to it, to freelance consultants. Journeys "
        "that begin before 1 March 2025 are settled under the previous version."
    ),
    Heading("2 Planning and approval"),
    Text(
        "First ask whether a video call would do. Day trips are approved by the line manager informally. A journey with "
        "estimated costs above 1,500 euros, and every journey outside Europe, needs the approval of the division head "
        "in TripPort before anything is booked."
    ),
    Items(
        (
            "Book trains, flights and hotels through TripPort only; private bookings are not reimbursed.",
            "Book flights at least 14 days ahead. Later bookings need a reason in the comment field.",
            "Groups of more than six travellers are booked by the travel desk, extension 2450.",
            "Cancel what you no longer need at once; fees caused by late cancellation are charged to the department.",
        )
    ),
    Heading("2.1 Safety while travelling", 2),
    Text(
        "For countries on the yellow or red list of the security portal, the safety officer must be informed ten working "
        "days ahead. Red-list countries are off limits without a decision of the managing board. In an emergency "
        "abroad, call the assistance service on +49 40 555 0119, contract number QM-77120."
    ),
    Heading("3 Means of transport"),
    Text(
        "The train is the first choice for all journeys of up to five hours. First class may be booked when the scheduled "
        "travel time exceeds three hours, second class otherwise. Seat reservations and a railcard are paid by the "
        "company if the card pays for itself within a year."
    ),
)

TRANSPORT: tuple[Part, ...] = (
    NewPage(),
    Heading("3.1 Flights", 2),
    Text(
        "Economy class is the rule. Premium economy may be booked for flights of more than six hours. Business class "
        "requires the written approval of the chief financial officer and a flight time of more than nine hours. Miles collected on business "
        "flights may be kept but must not influence the choice of airline. Flights within Germany are not allowed."
    ),
    Heading("3.2 Cars and taxis", 2),
    Text(
        "For journeys with a private car the company pays 0.38 euros per kilometre and 0.02 euros for each colleague "
        "taken along. A hire car is booked in the compact class, with four or more travellers in the estate class; fully comprehensive "
        "cover with an excess of no more than 300 euros must be included."
    ),
    Text(
        "Taxis are reimbursed between 22:00 and 6:00, with heavy luggage, or when no public transport is available "
        "within 30 minutes. Parking fees are reimbursed in full, and fines never."
    ),
    Heading("4 Hotels"),
    Text(
        "The limits in table 1 are per night and include taxes and breakfast. During trade fairs they may be exceeded by up to 40 % if "
        "TripPort offers nothing cheaper within ten kilometres."
    ),
    Table(
        caption="Table 1: highest price of a hotel night",
        rows=(
            ("Destination", "Limit per night", "Local currency"),
            ("Germany, except Munich and Frankfurt", "120 euros", "EUR"),
            ("Munich and Frankfurt", "155 euros", "EUR"),
            ("London", "185 pounds", "GBP"),
            ("United Kingdom, other", "125 pounds", "GBP"),
            ("Estonia", "110 euros", "EUR"),
            ("Sweden", "1,500 kronor", "SEK"),
            ("Switzerland", "210 francs", "CHF"),
            ("United States", "230 dollars", "USD"),
            ("All other countries", "140 euros", "EUR"),
        ),
        widths=(76, 44, 40),
    ),
    Text(
        "Whoever stays with friends or family instead of a hotel may claim a flat 25 euros a night as a present for the "
        "hosts. A stay of more than 21 nights in one place is arranged as a furnished flat by the travel desk."
    ),
)

MEALS: tuple[Part, ...] = (
    NewPage(),
    Heading("5 Meals"),
    Text(
        "Meals while travelling are covered by a daily allowance; receipts are not collected. The partial rate is paid "
        "for an absence of more than eight hours and for the days of arrival and departure of a longer journey. Nothing is paid for eight "
        "hours or less."
    ),
    Table(
        caption="Table 2: daily allowance by country",
        rows=(
            ("Country", "Daily allowance", "", "Deducted if provided", ""),
            ("", "24 hours", "partial", "breakfast", "lunch or dinner"),
            ("Germany", "28 euros", "14 euros", "5.60 euros", "11.20 euros"),
            ("United Kingdom", "52 euros", "35 euros", "10.40 euros", "20.80 euros"),
            ("Estonia", "29 euros", "20 euros", "5.80 euros", "11.60 euros"),
            ("Sweden", "66 euros", "44 euros", "13.20 euros", "26.40 euros"),
            ("Switzerland", "64 euros", "43 euros", "12.80 euros", "25.60 euros"),
            ("United States", "59 euros", "40 euros", "11.80 euros", "23.60 euros"),
            ("All other countries", "41 euros", "27 euros", "8.20 euros", "16.40 euros"),
        ),
        widths=(42, 28, 28, 32, 34),
        header_rows=2,
        spans=((0, 1, 2), (0, 3, 4)),
    ),
    Heading("5.1 Entertaining guests", 2),
    Text(
        "Business meals with guests are reimbursed up to 60 euros per person, drinks included. The receipt must list the "
        "names and companies of all present and the occasion. A tip of up to 10 % is accepted. A meal with guests reduces the "
        "daily allowance as a provided meal."
    ),
    Heading("6 What is not reimbursed"),
    Items(
        (
            "Fines and towing charges",
            "Minibar, pay television and spa",
            "Laundry on journeys of fewer than six nights",
            "Luggage that was bought on the way, unless the airline lost yours",
            "Travel costs of partners and family members",
            "Passports; visas needed for the journey are paid",
        )
    ),
)

CLAIMS: tuple[Part, ...] = (
    NewPage(),
    Heading("7 Claiming expenses"),
    Text(
        "Expense claims are submitted in TripPort within 30 days of the end of the journey. Claims that are more than "
        "90 days late are rejected without exception. A photograph of the receipt is sufficient, and the paper may be thrown "
        "away after approval."
    ),
    Items(
        (
            "Photograph each receipt on the day you get it.",
            "Enter beginning and end of the journey, with times, and the meals provided.",
            "Choose the cost centre, or the customer project if the customer pays.",
            "Submit. Your line manager has five working days to approve.",
            "Finance transfers the amount to your salary account within ten working days of approval.",
        ),
        numbered=True,
    ),
    Text(
        "Receipts are required for everything above 15 euros. If a receipt is lost, a signed statement is accepted for up to 50 "
        "euros, three times a year at most."
    ),
    Text(
        "Amounts in a foreign currency are converted at the rate of the European Central Bank on the day of payment, "
        "or at the rate charged to your card if you attach the statement."
    ),
    Heading("7.1 Company credit card", 2),
    Text(
        "Employees who travel on more than fifteen days a year can apply for a company credit card with a monthly limit "
        "of 4,000 euros. Private purchases with the card are forbidden, even if they are paid back. Cash can be drawn up to 200 "
        "euros per journey. A lost card is reported to the bank first and to Finance on the same day."
    ),
    Heading("7.2 Advances", 2),
    Text(
        "Employees without a credit card may ask for an advance of 70 % of the expected costs, at least 300 euros, ten working "
        "days before departure."
    ),
    Heading("8 Exceptions"),
    Text(
        "Exceptions to this policy are granted in writing by the chief financial officer. Repeated violations can lead to the "
        "withdrawal of the card and to consequences under labour law."
    ),
    Note("Questions: expenses@quellmark.example or extension 2440."),
    Table(
        caption="Document history",
        rows=(
            ("Version", "Date", "Change"),
            ("3.0", "1 June 2019", "Introduction of TripPort"),
            ("4.2", "1 April 2023", "New allowances, video call first"),
            ("5.0", "1 March 2025", "Higher mileage rate, shorter deadline, paper receipts abolished"),
        ),
        widths=(24, 38, 100),
    ),
)

TRAVEL = Paper(
    file="travel-and-expenses-policy-2025.pdf",
    title="Travel and Expenses Policy (2025)",
    subject="Booking, limits, allowances and claims",
    header="Travel and Expenses Policy · FIN-014 v5.0",
    footer="Internal. Effective 1 March 2025",
    parts=BEFORE + TRANSPORT + MEALS + CLAIMS,
    typeface="Times",
    keywords=("travel", "expenses", "allowance", "hotel"),
)
