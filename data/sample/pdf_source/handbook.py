"""The employee handbook, edition of 2025."""

from .parts import Heading, Items, NewPage, Note, Paper, Part, Table, Text, Title

WHO_WE_ARE: tuple[Part, ...] = (
    Title(
        text="Employee Handbook 2025",
        below="HR-001, seventh edition, valid from 1 January 2025. Owner: Human Resources",
    ),
    Heading("1 About this handbook"),
    Text(
        "This handbook describes what you can expect of Quellmark Filtration as your employer and what the company "
        "expects of you. It applies to all employees in Lübeck, Leeds and Tallinn. Temporary agency staff are bound by "
        "sections 2 and 6 only. Where a works agreement or local law is more favourable to you, it takes precedence."
    ),
    Text(
        "Quellmark was founded in 1974 in a former brewery on the river Wakenitz, with nine employees and a single "
        "product: a ceramic filter candle. On 1 January 2025 the company employed 412 people, of whom 287 worked in "
        "Lübeck, 81 in Leeds and 44 in Tallinn."
    ),
    Heading("1.1 What changed in this edition", 2),
    Items(
        (
            "The number of days for remote work rose from eight to ten a month (section 2.3).",
            "Bicycle leasing is now offered in Lübeck and Tallinn (section 5.3).",
            "The reporting channel for misconduct is run by an outside law office (section 6.2).",
            "The rules for business travel moved out of the handbook into policy FIN-014.",
        )
    ),
    Heading("1.2 Whom to ask", 2),
    Table(
        rows=(
            ("Subject", "Contact", "Extension"),
            ("Contracts, leave, certificates", "HR service desk", "2200"),
            ("Pay slips, tax class, bank details", "Payroll", "2214"),
            ("Occupational health, vaccinations", "Company physician", "2260"),
            ("Desks, keys, access badges", "Facilities", "2300"),
            ("Laptops, telephones, software", "IT help desk", "2900"),
            ("Workplace safety, fire wardens", "Safety officer", "2350"),
        ),
        widths=(72, 60, 30),
    ),
    Note(
        "The HR service desk is staffed Monday to Thursday from 8:00 to 16:30 and Friday from 8:00 to 13:00. "
        "Letters of employment are issued within three working days of the request."
    ),
)

WORKING_TIME: tuple[Part, ...] = (
    NewPage(),
    Heading("2 Working time"),
    Heading("2.1 Weekly hours and flexitime", 2),
    Text(
        "The regular working week of a full-time employee is 38.5 hours. Office staff choose their own start and finish "
        "between 6:30 and 20:00, provided that they can be reached during core time, which runs from 9:30 to 15:00 "
        "Monday to Thursday and from 9:30 to 12:30 on Fridays."
    ),
    Text(
        "The flexitime account may hold at most 40 hours of credit or 20 hours of debit at the end of a month. Credit "
        "above the limit is forfeited unless the line manager has given approval in writing beforehand."
    ),
    Items(
        (
            "A break of 30 minutes is due after six hours of work, and of 45 minutes after nine hours.",
            "Between two working days there must be at least eleven hours of rest.",
            "Overtime on Saturdays needs the consent of the works council, to be requested by Wednesday noon.",
        )
    ),
    Heading("2.2 Shift work in production", 2),
    Text(
        "Shift plans are posted four weeks ahead. Swapping a shift is possible up to 24 hours before it begins, as long "
        "as the shift leader agrees and both colleagues hold the same certificates."
    ),
    Table(
        caption="Table 1: shift premiums on the hourly rate",
        rows=(
            ("Shift", "Working hours", "", "Premium"),
            ("", "from", "to", ""),
            ("Early shift", "6:00", "14:00", "none"),
            ("Late shift", "14:00", "22:00", "12 %"),
            ("Night shift", "22:00", "6:00", "25 %"),
            ("Sunday", "0:00", "24:00", "50 %"),
            ("Public holiday", "0:00", "24:00", "125 %"),
        ),
        widths=(50, 32, 32, 36),
        header_rows=2,
        spans=((0, 1, 2),),
    ),
    Heading("2.3 Remote work", 2),
    Text(
        "Office staff may work from home on up to ten days a month in agreement with their team. Production, "
        "the test laboratory and reception are excluded. For a desk and chair at home the company makes a one-off contribution of "
        "250 euros after the probation period."
    ),
    Text(
        "Working from abroad is possible for up to 20 working days in a calendar year, within the European Economic "
        "Area, the United Kingdom and Switzerland. The request must reach the HR service desk four weeks before departure, so "
        "that a social security certificate can be obtained."
    ),
)

LEAVE: tuple[Part, ...] = (
    NewPage(),
    Heading("3 Leave"),
    Heading("3.1 Annual leave", 2),
    Text(
        "Full-time employees are entitled to 30 working days of annual leave. Part-time employees who work fewer than "
        "five days a week receive a proportionate number. In the year of joining or leaving, one twelfth is granted for "
        "each full month of service."
    ),
    Text(
        "Leave of more than three days is requested in PeopleDesk at least two weeks in advance; shorter leave at least "
        "two days in advance. The line manager answers within five working days, and a request that stays unanswered "
        "counts as approved."
    ),
    Text(
        "Up to five days of unused leave can be carried over into the next year. Days carried over lapse on 31 March "
        "unless illness or parental leave prevented you from taking them."
    ),
    Text(
        "The Lübeck plant closes in calendar weeks 31 and 32. Production staff keep ten days of their leave for this "
        "shutdown; maintenance crews are exempt."
    ),
    Heading("3.2 Special leave", 2),
    Table(
        caption="Table 2: paid special leave",
        rows=(
            ("Occasion", "Paid days", "Remarks"),
            ("Own wedding", "2", "Within four weeks of the ceremony"),
            ("Birth of a child, for the partner", "3", "Within eight weeks of the birth"),
            ("Death of a spouse, partner, child or parent", "4", "Need not be taken in one piece"),
            ("Death of a brother, sister or grandparent", "1", "Day of the funeral"),
            ("Moving house", "1", "Once in 24 months, not during probation"),
            ("Anniversary of 25 years of service", "1", "In the month of the anniversary"),
            ("Voluntary fire brigade, when called out", "as needed", "Certificate of the brigade"),
        ),
        widths=(74, 24, 66),
    ),
    Heading("3.3 Sabbatical", 2),
    Text(
        "After five years of service you may apply for unpaid leave of three to twelve months. The application is due "
        "six months before the sabbatical begins. The position is kept open; the company car and the telephone are "
        "handed back for the time of absence."
    ),
)

ILLNESS: tuple[Part, ...] = (
    NewPage(),
    Heading("4 Illness and family"),
    Heading("4.1 When you fall ill", 2),
    Text(
        "Call your line manager before 9:00 on the first day of illness; a text message is not sufficient. Shift "
        "workers call the shift leader at least one hour before the shift begins. A medical certificate is needed from the "
        "fourth calendar day. In justified cases the company can ask for it from the first day."
    ),
    Text(
        "Pay continues in full for six weeks for the same illness. From the seventh week, statutory sick pay takes over, "
        "and the company tops it up to 90 % of net pay until the end of the thirteenth week for staff with more than "
        "three years of service."
    ),
    Text(
        "Whoever was ill for more than 42 days within twelve months is offered a reintegration meeting. Taking part is "
        "voluntary, and the company physician may be invited."
    ),
    Heading("4.2 Sick children", 2),
    Text(
        "To look after a sick child below the age of twelve, each parent can take up to ten days a year, single parents "
        "up to twenty. The doctor's note for the child is uploaded in PeopleDesk."
    ),
    Heading("4.3 Parental leave", 2),
    Text(
        "Parental leave must be announced in writing seven weeks before it begins, together with the intended dates for "
        "the first two years. During parental leave, part-time work of 15 to 32 hours a week is possible if the "
        "department has more than fifteen employees."
    ),
    Items(
        (
            "Tell the HR service desk the expected date of birth; maternity protection begins six weeks before it.",
            "Agree with your line manager who takes over your tasks, and hand over at least five working days earlier.",
            "Keep your laptop if you want to stay in touch; your access to production systems is suspended.",
            "Three months before you come back, HR invites you to a meeting about hours and duties.",
        ),
        numbered=True,
    ),
    Heading("4.4 Accidents at work", 2),
    Text(
        "Every accident is entered in the first-aid book on the same day, even if no doctor is needed. An accident that leads to more "
        "than three days of absence is reported to the accident insurer by the safety officer within three days. "
        "First-aid kits hang beside every fire extinguisher; defibrillators are at the reception in Lübeck and next to "
        "the goods lift in Leeds."
    ),
)

PAY: tuple[Part, ...] = (
    NewPage(),
    Heading("5 Pay and benefits"),
    Heading("5.1 Payment", 2),
    Text(
        "Salaries are transferred on the 27th of each month, or on the working day before if the 27th falls on a "
        "weekend. With the November salary the company pays a year-end bonus of 55 % of a monthly salary, provided that "
        "the contract has not been terminated by 30 November."
    ),
    Heading("5.2 Company pension", 2),
    Text(
        "Employees can convert up to 8 % of the pension contribution ceiling into a direct insurance. The company adds "
        "20 % to the amount converted. The entitlement to the employer's share vests after three years."
    ),
    Heading("5.3 Benefits by site", 2),
    Table(
        caption="Table 3: benefits at the three sites",
        rows=(
            ("Benefit", "Site", "", ""),
            ("", "Lübeck", "Leeds", "Tallinn"),
            ("Public transport", "Job ticket, fully paid", "60 pounds a month", "Free for residents"),
            ("Bicycle leasing", "Yes, up to two bicycles", "No", "Yes, one bicycle"),
            ("Fitness club", "20 euros a month", "18 pounds a month", "25 euros a month"),
            ("Meals", "Canteen", "Voucher of 4 pounds a day", "Voucher of 5 euros a day"),
            ("Health check", "Every three years from 45", "Yearly from 50", "Every two years"),
        ),
        widths=(36, 44, 44, 40),
        header_rows=2,
        spans=((0, 1, 3),),
    ),
    Text(
        "Employees buy Quellmark products at a discount of 35 % on the list price, up to four appliances and "
        "twelve cartridges a year. The goods are for personal use and may not be resold."
    ),
    Heading("5.4 Training", 2),
    Text(
        "Everyone has five paid days and a budget of 1,200 euros a year for training. Unused budget does not carry over. If "
        "a course costs more than 3,000 euros, a repayment agreement is signed: whoever leaves within 24 months of the "
        "final examination pays back a proportionate share."
    ),
    Text(
        "A bonus of 1,500 euros is paid for recommending a new colleague, half of it on the first day of work and half "
        "after the probation period. Managers cannot receive it for their own teams."
    ),
)

CONDUCT: tuple[Part, ...] = (
    NewPage(),
    Heading("6 Conduct"),
    Heading("6.1 Gifts, second jobs, alcohol", 2),
    Text(
        "Gifts from business partners may be accepted up to a value of 35 euros per partner and year; cash is never "
        "accepted. Anything above is declined politely or handed to Compliance for the yearly raffle."
    ),
    Text(
        "A second job needs written approval before it starts. Approval is refused only if the job is with a competitor "
        "or if both jobs together exceed 48 hours a week."
    ),
    Text(
        "In production and in the warehouse the limit for alcohol is zero. Smoking, including electronic cigarettes, is "
        "allowed only in the two shelters behind hall C."
    ),
    Heading("6.2 Reporting misconduct", 2),
    Text(
        "Suspected corruption, theft, harassment or safety violations can be reported to an outside law office, also "
        "anonymously, on 0800 555 0142 or through the form on the intranet. Receipt is confirmed within seven days, and the "
        "reporter learns about the outcome after three months at the latest. Retaliation leads to dismissal."
    ),
    Heading("6.3 Probation and notice", 2),
    Text(
        "The probation period is six months. During it, either side can end the contract with two weeks' notice. Later "
        "the following periods apply to notice given by the company; employees give four weeks' notice throughout."
    ),
    Table(
        caption="Table 4: notice periods of the employer",
        rows=(
            ("Length of service", "Notice", "Takes effect"),
            ("Up to 2 years", "4 weeks", "15th or end of month"),
            ("From 2 years", "1 month", "End of month"),
            ("From 5 years", "2 months", "End of month"),
            ("From 8 years", "3 months", "End of month"),
            ("From 10 years", "4 months", "End of month"),
            ("From 20 years", "7 months", "End of month"),
        ),
        widths=(56, 40, 56),
    ),
    Text(
        "On the last day, badge, keys, laptop, telephone and tools are returned to Facilities against a receipt. A "
        "reference is issued within four weeks."
    ),
)

HANDBOOK = Paper(
    file="employee-handbook-2025.pdf",
    title="Employee Handbook 2025",
    subject="Working time, leave, pay, benefits and conduct",
    header="Employee Handbook 2025 · HR-001",
    footer="Internal. Valid from 1 January 2025",
    parts=WHO_WE_ARE + WORKING_TIME + LEAVE + ILLNESS + PAY + CONDUCT,
    keywords=("leave", "working time", "benefits", "notice"),
)
