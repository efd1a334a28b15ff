"""The terms for suppliers."""

from .parts import Heading, Items, NewPage, Paper, Part, Table, Text, Title

ORDERS: tuple[Part, ...] = (
    Title(
        text="Terms of Purchase for Suppliers", below="PUR-003, edition of January 2024. Owner: Purchasing"
    ),
    Heading("1 Scope"),
    Text(
        "1.1 These terms apply to all orders that Quellmark Filtration places with suppliers of materials, components "
        "and services. The supplier's own terms do not become part of the contract, even if we do not object to them."
    ),
    Text(
        "1.2 Orders are binding only in text form. An order that is not confirmed within five working days may be "
        "withdrawn by us without cost."
    ),
    Heading("2 Prices, invoices and payment"),
    Text(
        "2.1 Prices are fixed for twelve months. Adjustments for raw materials are possible only where the contract names an index."
    ),
    Text(
        "2.2 Invoices are sent as PDF files to invoices@quellmark.example and must state the order number; invoices "
        "without it are returned. One file contains one invoice."
    ),
    Text(
        "2.3 Payment is due 45 days after receipt of goods and invoice. If we pay within 14 days, we may deduct a "
        "discount of 2 %."
    ),
    Heading("3 Delivery"),
    Text(
        "3.1 Unless agreed otherwise, goods are delivered DAP Lübeck (Incoterms 2020). The goods entrance in Hafenstraße is "
        "open Monday to Thursday from 6:30 to 14:30 and Friday from 6:30 to 11:30. Time slots are booked one day ahead."
    ),
    Text(
        "3.2 If the supplier is late, we may claim 0.5 % of the order value for each week begun, up to 5 % in total. The "
        "right to claim higher damages remains unaffected."
    ),
    Text(
        "3.3 Deliveries more than five working days early may be refused or stored at the supplier's cost. Excess quantities "
        "of up to 3 % are accepted for moulded parts."
    ),
)

PACKAGING: tuple[Part, ...] = (
    NewPage(),
    Heading("4 Packaging and labelling"),
    Items(
        (
            "Pallets: Euro pallets in class A or B, stacked no higher than 1.40 m including the pallet.",
            "Gross weight of a pallet: no more than 800 kg. A single carton must not exceed 15 kg.",
            "Every carton carries a label with part number, revision, quantity, batch and order number as a data matrix code.",
            "Filling material made of polystyrene is not accepted.",
            "Parts that touch drinking water are sealed in double bags and marked with a blue drop.",
        )
    ),
    Table(
        caption="Table 1: packaging by type of goods",
        rows=(
            ("Goods", "Packaging", "", "Shelf life on arrival"),
            ("", "inner", "outer", ""),
            ("Activated carbon", "Bag of 25 kg", "Pallet with film", "at least 18 months"),
            ("Ion exchange resin", "Bag of 25 litres", "Octabin", "at least 12 months"),
            ("Seals and membranes", "Double bag", "Carton", "at least 24 months"),
            ("Electronic assemblies", "Antistatic bag", "Carton with foam", "no limit"),
            ("Moulded housings", "Film", "Folding crate", "no limit"),
        ),
        widths=(44, 38, 38, 42),
        header_rows=2,
        spans=((0, 1, 2),),
    ),
    Heading("5 Quality"),
    Text(
        "5.1 Suppliers of series parts maintain a certified quality management system according to ISO 9001. Suppliers "
        "of laboratory components additionally hold ISO 13485."
    ),
    Text(
        "5.2 The first delivery of a new part is accompanied by an initial sample report on five pieces. Series deliveries are "
        "inspected by sampling with an acceptable quality level of 0.65."
    ),
    Text(
        "5.3 A change of material, process, tool or place of manufacturing is announced six months before it takes effect and needs "
        "our written approval."
    ),
)

LIABILITY: tuple[Part, ...] = (
    NewPage(),
    Heading("6 Defects and liability"),
    Text(
        "6.1 We notify visible defects within ten working days of delivery and hidden defects within ten working days "
        "of their discovery."
    ),
    Text(
        "6.2 The limitation period for defects is 36 months from delivery. For parts that are replaced, it begins anew."
    ),
    Text(
        "6.3 For each justified complaint the supplier pays a flat 180 euros for handling and answers with an 8D report: containment within 24 "
        "hours, root cause within ten working days."
    ),
    Text(
        "6.4 The supplier maintains product liability insurance of at least 5 million euros for each claim and sends the certificate "
        "every January without being asked."
    ),
    Heading("7 Compliance"),
    Items(
        (
            "No person below the age of 16 works for the supplier or its subcontractors.",
            "Employees are free to join a trade union.",
            "Conflict minerals are declared once a year by 30 April.",
            "The supplier reports its greenhouse gas emissions, if it sells us goods for more than 250,000 euros a year.",
            "We may audit the site with two weeks' notice, in case of a serious defect with two days' notice.",
        )
    ),
    Heading("8 Confidentiality and documents"),
    Text(
        "8.1 Drawings, samples and prices are kept confidential during the business relationship and for five years after its end."
    ),
    Text(
        "8.2 Test records and certificates are kept for ten years, for parts of the Osmo series for fifteen years, and are handed over "
        "on request within two working days."
    ),
    Text(
        "8.3 Tools that we have paid for remain our property. They are marked with our plate, insured against fire, and may not be "
        "used for others."
    ),
    Heading("9 Final provisions"),
    Text(
        "9.1 The law of Germany applies, without the UN Convention on Contracts for the International Sale of Goods. The "
        "place of jurisdiction is Lübeck."
    ),
    Text(
        "9.2 Should a clause be invalid, the others remain in force. Contact for questions: the supplier desk in Purchasing, "
        "telephone +49 451 555 0135."
    ),
)

SUPPLIER = Paper(
    file="terms-of-purchase.pdf",
    title="Terms of Purchase for Suppliers",
    subject="Payment, delivery, packaging, quality and liability",
    header="Terms of Purchase · PUR-003",
    footer="Edition of January 2024",
    parts=ORDERS + PACKAGING + LIABILITY,
    typeface="Times",
    keywords=("suppliers", "delivery", "payment"),
)
