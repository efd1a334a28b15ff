"""The user manual of the countertop dispenser."""

from .parts import Banner, Heading, Items, NewPage, NextColumn, Note, Paper, Part, Table, Text, Title

SAFETY: tuple[Part, ...] = (
    Title(
        text="Tarn 60 and Tarn 60 C",
        below="User manual for the countertop water dispenser. TM-60-EN, revision F, February 2025",
    ),
    Heading("1 Before you begin"),
    Text(
        "The Tarn 60 filters, chills and dispenses drinking water; the Tarn 60 C also makes it sparkling. Both are "
        "meant for offices, surgeries and cafés with up to 30 people. The appliance must be fed with cold water of drinking "
        "quality from the mains. It is not suitable for water from wells, cisterns or softening plants that add salt."
    ),
    Heading("1.1 Safety", 2),
    Items(
        (
            "Do not use the appliance outdoors or where it could freeze.",
            "Place it on a firm, level surface that can carry at least 40 kg.",
            "The refrigerant is flammable: keep flames and sparks away, and do not pierce the cooling circuit.",
            "Children from eight years may use it under supervision; cleaning is a task for adults.",
            "Carbon dioxide is heavier than air. Air the room for ten minutes if you hear gas escaping.",
            "Unplug the appliance before you open the side panel.",
        )
    ),
    Note(
        "Warning. Only a qualified electrician may replace a damaged mains cable. Opening the sealed cooling unit voids "
        "the warranty."
    ),
    Heading("1.2 What is in the box", 2),
    Table(
        rows=(
            ("Part", "Tarn 60", "Tarn 60 C"),
            ("Appliance with drip tray", "1", "1"),
            ("Filter cartridge QF-2", "1", "1"),
            ("Connecting hose, 3/8 inch, 1.5 m", "1", "1"),
            ("Pressure regulator for carbon dioxide", "not included", "1"),
            ("Test strips for water hardness", "2", "2"),
        ),
        widths=(80, 38, 38),
    ),
)

DATA: tuple[Part, ...] = (
    NewPage(),
    Heading("2 Technical data"),
    Table(
        rows=(
            ("Property", "Model", "", "Unit"),
            ("", "Tarn 60", "Tarn 60 C", ""),
            ("Width × height × depth", "310 × 420 × 460", "310 × 420 × 520", "mm"),
            ("Weight, empty", "18.4", "21.9", "kg"),
            ("Mains voltage", "230", "230", "V, 50 Hz"),
            ("Power, maximum", "160", "190", "W"),
            ("Power, standby in eco mode", "3.5", "3.8", "W"),
            ("Chilled water", "12", "15", "litres per hour"),
            ("Cold tank", "1.8", "2.4", "litres"),
            ("Noise at 1 m", "42", "46", "dB(A)"),
            ("Refrigerant R600a", "28", "34", "g"),
            ("Carbon dioxide bottle", "none", "425", "g"),
        ),
        widths=(62, 38, 38, 28),
        header_rows=2,
        spans=((0, 1, 2),),
    ),
    Text(
        "Operate the appliance at a room temperature between 5 and 32 °C and at an inlet pressure between 2 and 6 bar. The "
        "outlet temperature can be set from 4 to 12 °C in steps of one degree; it leaves the factory set to 7 °C."
    ),
    Text(
        "A full carbon dioxide bottle makes about 60 litres of medium sparkling water. The cartridge QF-2 "
        "reduces chlorine, lead, microplastics and limescale; its rated capacity is 5,000 litres at a hardness of "
        "10 °dH. In harder water the capacity falls as shown below."
    ),
    Table(
        caption="Capacity of the cartridge QF-2",
        rows=(
            ("Total hardness", "Setting in the menu", "Capacity"),
            ("up to 10 °dH", "A", "5,000 litres"),
            ("11 to 16 °dH", "B", "3,800 litres"),
            ("17 to 22 °dH", "C", "2,600 litres"),
            ("above 22 °dH", "D", "1,900 litres"),
        ),
        widths=(54, 54, 48),
    ),
)

INSTALLATION: tuple[Part, ...] = (
    NewPage(),
    Heading("3 Installation"),
    Text(
        "After transport, let the appliance stand upright for four hours before you switch it on, so that the oil of the compressor "
        "can flow back. Leave at least 8 cm of free space behind the appliance and 5 cm at each side for the air flow."
    ),
    Items(
        (
            "Close the stop valve of the water pipe and fit the T-piece with the shut-off tap.",
            "If the mains pressure can exceed 6 bar, fit the pressure reducer PR-6 first.",
            "Push the connecting hose firmly into the quick coupling until it clicks.",
            "Insert the cartridge QF-2 and turn it a quarter turn clockwise.",
            "Open the shut-off tap slowly and check every fitting for leaks with a dry tissue.",
            "Flush the new cartridge with 10 litres of water and pour them away.",
            "Plug in the appliance. Chilled water is ready after about 45 minutes.",
            "Tarn 60 C only: screw the regulator onto the bottle, hand-tight, and set it to 3.5 bar.",
        ),
        numbered=True,
    ),
    Heading("3.1 Setting the hardness", 2),
    Text(
        "Dip a test strip into tap water for one second and wait one minute. Count the fields that have turned red, then choose "
        "the setting A, B, C or D in the menu under Filter. If you skip this step, the appliance works with setting C."
    ),
    Heading("3.2 Connecting to QuellConnect", 2),
    Text(
        "To pair the dispenser with the QuellConnect app, hold the drop key for seven seconds until the ring flashes "
        "blue. The appliance uses wireless networks at 2.4 GHz only. The pairing code is printed on the type plate "
        "behind the drip tray. Pairing mode ends by itself after three minutes."
    ),
    Note("Without a network the dispenser works as usual; only statistics and update notices are missing."),
)

OPERATION: tuple[Part, ...] = (
    NewPage(),
    Heading("4 Operation"),
    Heading("4.1 Keys and lights", 2),
    Table(
        rows=(
            ("Key", "Short press", "Long press"),
            ("Drop", "Still water, chilled", "Pair with the app (7 seconds)"),
            ("Bubbles", "Sparkling water", "Strength of sparkle (3 seconds)"),
            ("Leaf", "Eco mode on or off", "Holiday mode (5 seconds)"),
            ("Lock", "Screen off", "Child lock on or off (4 seconds)"),
        ),
        widths=(30, 60, 70),
    ),
    Text(
        "A portion is 0.25 litres as delivered and can be changed from 0.1 to 1.5 litres. Pressing the key again stops "
        "the flow at once. With the child lock on, all keys are dead except Lock."
    ),
    Heading("4.2 Eco mode and holiday mode", 2),
    Text(
        "In eco mode the compressor rests between 19:00 and 6:00. In holiday mode the appliance rinses the pipes with half a litre of water every 24 "
        "hours, which runs into the drip tray drain. Use holiday mode only if the "
        "drain hose is connected."
    ),
    Text(
        "If the appliance stood unused for more than five days without holiday mode, discard the first two litres. "
        "After more than four weeks, replace the cartridge and sanitise the water circuit as described in section 5.3."
    ),
    Heading("4.3 Changing the carbon dioxide bottle (Tarn 60 C)", 2),
    Items(
        (
            "Press Bubbles until no gas is left in the line.",
            "Open the side panel and unscrew the empty bottle anticlockwise.",
            "Check that the flat seal lies in the regulator; replace it at every tenth bottle.",
            "Screw in the full bottle by hand. Never use pliers.",
        ),
        numbered=True,
    ),
    Text("Bottles are stored upright, below 50 °C and never in a cellar without ventilation."),
)

CARE: tuple[Part, ...] = (
    NewPage(2),
    Banner("5 Cleaning and care"),
    Heading("5.1 Daily and weekly", 2),
    Text(
        "Empty the drip tray every day and wash it in warm water with a little washing-up liquid. The tray is safe in "
        "the dishwasher, the splash guard is not."
    ),
    Text(
        "Once a week, wipe the spout with a fresh cloth and the spray QD-3. Let it act for one minute and then dispense "
        "one glass of water. Never use bleach, vinegar or scouring powder: they attack the seals."
    ),
    Heading("5.2 Every six months", 2),
    Text(
        "Replace the cartridge every six months or when its capacity is used up, whichever comes first. The ring shows "
        "yellow when fewer than 200 litres remain and red when the cartridge is exhausted."
    ),
    Text(
        "The flow is not blocked by an exhausted cartridge, but the filtration performance specified in section 2 is no "
        "longer guaranteed."
    ),
    Heading("5.3 Sanitising", 2),
    Text(
        "Sanitise the water circuit at every change of cartridge. Put one tablet QD-20 into the empty cartridge "
        "housing, fill the circuit, wait 20 minutes and flush with six litres of water."
    ),
    Text(
        "After the procedure, test the water with the strip supplied: the field must stay white. If it turns "
        "violet, flush with another three litres."
    ),
    NextColumn(),
    Heading("5.4 Descaling", 2),
    Text(
        "Descale once a year, in water above 16 °dH twice a year. Use only the liquid QD-10, one sachet to one litre of "
        "water. The programme takes 25 minutes and cannot be interrupted."
    ),
    Text(
        "Citric acid from the household is not suitable: with the minerals in the water it forms flakes that clog "
        "the fine filter."
    ),
    Heading("5.5 Service interval", 2),
    Text(
        "Have the cooling unit cleaned and the electrical safety verified by an authorised workshop every 24 months. The "
        "date of the next inspection is noted on the sticker inside the side panel."
    ),
    Text(
        "Please record every service in the table on the last page of the service booklet. Dealers ask for these "
        "entries when a claim is made under the extended warranty."
    ),
    Heading("5.6 Moving the appliance", 2),
    Text(
        "Close the shut-off tap, dispense until nothing flows, unplug the appliance and empty the cold tank through the "
        "drain plug at the back. Carry it upright and with two people. Remove the carbon dioxide bottle first."
    ),
)

FAULTS: tuple[Part, ...] = (
    NewPage(),
    Heading("6 Faults"),
    Table(
        rows=(
            ("Code", "Meaning", "What to do"),
            ("E1", "No water at the inlet", "Open the shut-off tap; check the hose for kinks"),
            ("E2", "Leak detected in the base", "Close the tap, unplug, call the service"),
            ("E3", "Temperature sensor defective", "Call the service; still water can be drawn unchilled"),
            ("E4", "Compressor overheated", "Clean the rear grille and wait 30 minutes"),
            ("E5", "Carbon dioxide pressure too low", "Change the bottle"),
            ("E6", "Cartridge missing or not recognised", "Take out the cartridge and insert it again"),
            ("E7", "Drip tray full", "Empty the tray and dry the two contacts"),
            ("E9", "Software fault", "Unplug for ten seconds; update through QuellConnect"),
        ),
        widths=(18, 66, 80),
    ),
    Heading("6.1 The water tastes stale or looks cloudy", 2),
    Text(
        "Cloudy water that clears from the bottom upwards contains fine air bubbles, which is harmless and disappears "
        "after about 20 litres. A stale taste is a sign that the cartridge is older than six months."
    ),
    Heading("6.2 Service", 2),
    Text(
        "Have the serial number ready, which begins with T6. The service line is +49 451 555 0170, Monday to Friday "
        "from 7:30 to 18:00 and Saturday from 9:00 to 13:00."
    ),
    Heading("7 Disposal"),
    Text(
        "The appliance contains a flammable refrigerant and must not be put into household waste. Take it to a collection "
        "point for electrical appliances, or return it to Quellmark free of charge. Cartridges are collected in the "
        "prepaid bag that comes with each new one; the carbon inside is reactivated and used in waste-water treatment."
    ),
    Text("Declaration of conformity: the full text is available on request under the number DoC-60-2025."),
)

MANUAL = Paper(
    file="tarn-60-user-manual.pdf",
    title="Tarn 60 and Tarn 60 C: user manual",
    subject="Installation, operation, cleaning and faults of the countertop dispenser",
    header="Tarn 60 · TM-60-EN rev. F",
    footer="User manual, February 2025",
    parts=SAFETY + DATA + INSTALLATION + OPERATION + CARE + FAULTS,
    typeface="Vera",
    keywords=("Tarn 60", "dispenser", "error codes"),
)
