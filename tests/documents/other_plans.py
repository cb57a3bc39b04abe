"""Action plans of partnerships that do not exist, each with its own habits, as pages for Word and for a workbook."""

# ruff: noqa: E501  a row of a table is a line
from datetime import date

from .sheets import Box, Grid, Line, Page

AMBER, GREEN, BLUE = "FFC000", "00B050", "0070C0"


def grid(*rows: str, fills: dict[tuple[int, int], str] | None = None) -> Grid:
    """Rows of texts parted by " | "; a first cell of "=" lies over the whole row; "^" goes on with the cell above.

    `fills`: colours by (row, column), counted from 0."""
    width = max(len(row.split("|")) for row in rows)
    made = []
    for r, row in enumerate(rows):
        if row.startswith("="):
            made.append([Box(row[1:].strip(), wide=width, bold=True)])
            continue
        texts = [text.strip().replace("//", "\n") for text in row.split("|")]
        texts += [""] * (width - len(texts))
        made.append(
            [
                Box(
                    "" if text == "^" else text,
                    (fills or {}).get((r, c), ""),
                    goes_on=text == "^",
                    bold=r == 0,
                )
                for c, text in enumerate(texts)
            ]
        )
    return Grid(made)


def plan(title: str, *blocks: Line | Grid) -> list[Page]:
    return [Page("Plan", [Line(title, "TITLE"), *blocks])]


def theme_column() -> list[Page]:
    """One table with a merged theme column, RAG as words, its key below."""
    return plan(
        "Northshire Safeguarding Children Partnership Action Plan 2024/25",
        grid(
            "Theme | Action | Lead | Timescale | RAG | Progress update",
            "Exploitation | Write a shared screening tool | Chair of the Exploitation Subgroup | June 2024 | Green | Drafted and out for comment",
            "^ | Train every front desk to use it | Learning and Development Manager | September 2024 | Amber | Half of the desks are booked",
            "Early help | Map what each district offers | Head of Early Help | 31/07/2024 | Red | Nobody is free to do it",
            "^ | Publish the map | Head of Early Help | Oct 2024 | | ",
        ),
        Line("Key to RAG rating"),
        Line("Red: off track"),
        Line("Amber: delayed, with a plan to recover"),
        Line("Green: on track"),
    )


def own_statuses() -> list[Page]:
    """Headings by paragraph, a status column with words of its own, one of which nobody knows."""
    return plan(
        "Improvement Plan",
        Line("Priority 1: Contact and referral", "HEADING", 1),
        grid(
            "What we will do | Who | By when | Where are we now | Status",
            "Answer each contact on the day | Service Manager, Front Door | 1 April 2024 | Done on nine days of ten | Complete",
            "Tell referrers what became of it | Service Manager, Front Door | May 2024 | Letters are written | On track",
        ),
        Line("Priority 2: Supervision", "HEADING", 1),
        grid(
            "What we will do | Who | By when | Where are we now | Status",
            "Supervise every worker each month | Principal Social Worker | Monthly | Two teams do | Partly complete",
            "Buy a recording tool | Head of Commissioning | Summer 2024 | Waits for money | Parked",
            "Ask workers what helps | Principal Social Worker | December 2024 | | Not started",
        ),
    )


def objectives() -> list[Page]:
    """Objectives that hold actions, success measures without a rating of their own, BRAG by shading alone."""
    return plan(
        "Westmoor Partnership Plan 2025-26",
        grid(
            "Ref | Objective | Action | Success measure | Owner | Deadline | BRAG",
            "1.1 | Children are heard | Ask children after each meeting | 80% say that they were heard | Chair of the Practice Group | March 2026 | ",
            "^ | ^ | Change the agenda to begin with them | Every agenda does | Business Manager | June 2025 | ",
            "1.2 | Fathers are included | Write to both parents | 100% of plans name both | Head of Child Protection | 30 September 2025 | ",
            fills={(1, 6): GREEN, (2, 6): BLUE, (3, 6): AMBER},
        ),
    )


def sheets_of_themes() -> list[Page]:
    """A sheet for each theme, RAG by letters."""
    heads = "No. | Task | Responsible officer | Due date | RAG | Comments"
    return [
        Page("Theme 1", [Line("Theme 1: Neglect", bold=True), grid(
            heads, "1 | Agree one way to assess neglect | Chair of Neglect Group | July 2024 | G | Agreed by three of four",
            "2 | Audit fifty cases | Quality Assurance Manager | November 2024 | A | Ten done")]),
        Page("Theme 2", [Line("Theme 2: Transitions", bold=True), grid(
            heads, "1 | Plan from the age of sixteen | Head of Service Transitions | January 2025 | R | No plans yet")]),
    ]  # fmt: skip


def inspection_findings() -> list[Page]:
    """Areas for improvement in a column, "By when" with statuses and dates."""
    return plan(
        "JTAI Action Plan",
        Line("Updated March 2023"),
        grid(
            "Area for improvement | Step | Accountable | By when | Position",
            "Police attend strategy meetings | Share the rota each week | Detective Superintendent | Complete | It is shared",
            "^ | Count who was there | Performance Manager | Ongoing | Counted since May",
            "Health visitors are told | Add them to the list | Designated Nurse | April 2023 | Asked for",
            "^ | Check the list | Designated Nurse | Completed February 2023 | Checked",
        ),
    )


def no_sections() -> list[Page]:
    """One small table under a title, nothing else; no rating was given yet."""
    return plan(
        "Peer review action plan",
        grid(
            "Action | Lead | Deadline | RAG rating",
            "Publish the threshold document | Business Manager | 14 June 2024 | ",
            "Refresh the website | Communications Officer | TBC | ",
        ),
    )


def two_ratings() -> list[Page]:
    """A status beside a RAG rating; the colour is the rating."""
    return plan(
        "Multi-agency Improvement Plan",
        grid(
            "Action ref | Action | Action owner | Target date | Status | RAG",
            "A1 | Bring partners to the daily meeting | Chair of MASH Board | May 2024 | In progress | Green",
            "A2 | Write down who decides | Business Manager | June 2024 | Not started | Red",
            "A3 | Close the old mailbox | Business Manager | March 2024 | Complete | Blue",
        ),
    )


def theme_rows() -> list[Page]:
    """Theme titles across the table, columns in another order, RAG with "Complete" beside its colours."""
    return plan(
        "Joint Action Plan",
        grid(
            "RAG | Timescale | Who is responsible? | Key actions",
            "= Theme A: Voice of the child",
            "Green | April 2024 | Participation Manager | Hold a panel of children each term",
            "Complete | January 2024 | Participation Manager | Name a champion in each agency",
            "= Theme B: Workforce",
            "Amber | Q4 2024-25 | Head of Workforce | Make one induction for all",
        ),
    )


def blank_owners() -> list[Page]:
    """Owners and dates once for several actions, and an action that nobody has."""
    return plan(
        "Child Exploitation Action Plan",
        grid(
            "Action | Who | By when | Progress",
            "Draw up a joint risk tool | Chair of the Exploitation Group | In progress | Drafting",
            "Share intelligence each week | Detective Inspector | Ongoing | Started",
            "Think about a shared post | | | ",
            "Review the missing protocol | Designated Doctor | Complete | Signed off",
        ),
    )


def unknown_headings() -> list[Page]:
    """Nobody could tell these columns by their headings."""
    return [
        Page(
            "Commitments",
            [
                Line("Our promises 2024"),
                grid(
                    "Promise | Champion | Finish line | Colour now",
                    "We will visit every new placement in a week | Head of Placements | June 2024 | Green",
                    "We will write letters that children can read | Principal Social Worker | July 2024 | Amber",
                    "We will answer the telephone within five rings | Service Manager | August 2024 | Red",
                ),
            ],
        )
    ]


def progress_is_status() -> list[Page]:
    """No status column: progress says it in a word."""
    return plan(
        "Learning from reviews: action plan",
        Line("Recommendation 1", "HEADING", 2),
        Line("Agencies should share birth plans"),
        grid(
            "Action | Responsible person | Target date | Progress",
            "Agree a form | Named Midwife | 01/02/2024 | Completed",
            "Use it in both hospitals | Head of Midwifery | 01/06/2024 | In progress",
        ),
        Line("Recommendation 2", "HEADING", 2),
        Line("Supervisors should ask about dogs and other animals at home"),
        grid(
            "Action | Responsible person | Target date | Progress",
            "Add the question | Practice Lead | 01/03/2024 | Completed",
        ),
    )


def recs_by_agency() -> list[Page]:
    """Recommendations numbered beside their rows, each with several agencies."""
    return plan(
        "LCSPR Child K: multi-agency action plan",
        grid(
            "Rec No | Recommendation | Action required | Agency | Outcome sought | Lead officer | Timescale | Date completed | RAG | Progress",
            "1 | The partnership should test whether its guidance on neglect is used by all who need it | Audit use of the guidance | All | Guidance is used | Head of Quality Assurance | May 2024 | 12/06/2024 | Blue | Audited",
            "1 | The partnership should test whether its guidance on neglect is used by all who need it | Report to the Board | Council | Board knows | Business Manager | July 2024 | | Green | On the agenda",
            "2 | Schools should be told of every police call | Extend the operation to early years | Police | Nurseries know | Chief Inspector; Head of Early Years | Sept 2024 | | Amber | Slow",
        ),
    )


def quarters() -> list[Page]:
    """A rating for each quarter: which one is now?"""
    return plan(
        "Business plan tracker",
        grid(
            "Priority | Action | Lead | By when | Q1 RAG | Q2 RAG | Q3 RAG | Q4 RAG",
            "Neglect | Do one thing that matters | Head of Service | March 2025 | Green | Amber | | ",
            "Neglect | Do another thing that matters | Head of Service | March 2025 | Red | Green | | ",
        ),
    )


def percents() -> list[Page]:
    """A share instead of a status, and a person instead of a post."""
    return plan(
        "Delivery plan",
        grid(
            "Action | Owner | Deadline | Status",
            "Do one thing that matters | Head of Service | March 2025 | 50%",
            "Do another thing | Head of Service | March 2025 | 100%",
            "Do a third thing | Jane Example | March 2025 | 25% complete",
        ),
    )


def real_dates() -> list[Page]:
    """A real date among statuses."""
    g = grid(
        "Action | Owner | By when | Progress",
        "Do one thing that matters | Head of Service | x | Going",
        "Do more | Head of Service | Completed | Done",
        "Do most | Head of Service | Ongoing | Doing",
    )
    g.rows[1][2] = Box("June 2024", day=date(2024, 6, 1), shows="mmmm yyyy")
    return [Page("Plan", [Line("Delivery plan", "TITLE"), g])]


def sentences() -> list[Page]:
    """Ratings with reasons, one of which is no rating."""
    return plan(
        "Delivery plan",
        grid(
            "Action | Owner | Deadline | RAG status",
            "Do one thing that matters | Head of Service | March 2025 | Green - going well",
            "Do another thing | Head of Service | March 2025 | Amber, the police have not yet answered our letter",
            "Do a third thing | Head of Service | March 2025 | Awaiting a decision by the Board on what money there is",
            "Do a fourth thing | Head of Service | March 2025 | Completed",
        ),
    )


def two_row_heading() -> list[Page]:
    """A heading over two rows."""
    return plan(
        "Delivery plan",
        Grid(
            [
                [Box("Action"), Box("Owner"), Box("Timescale", wide=2), Box("Status")],
                [
                    Box("", goes_on=True),
                    Box("", goes_on=True),
                    Box("Start"),
                    Box("End"),
                    Box("", goes_on=True),
                ],
                [
                    Box("Do one thing that matters"),
                    Box("Head of Service"),
                    Box("May 2024"),
                    Box("June 2024"),
                    Box("Started"),
                ],
                [
                    Box("Do a second thing that matters"),
                    Box("Head of Service"),
                    Box("June 2024"),
                    Box("July 2024"),
                    Box("Not started"),
                ],
            ]
        ),
    )


def nested() -> list[Page]:
    """Priorities across the table, objectives in a column, blank where they go on."""
    return plan(
        "Strategic plan 2024-27",
        grid(
            "Objective | Action | Lead | Timescale | RAG",
            "= Priority 1: Neglect",
            "1.1 Know more | Write a profile | Business Analyst | May 2024 | Green",
            " | Share it | Business Manager | June 2024 | Green",
            "1.2 Do better | Train all staff | Learning Manager | July 2024 | Red",
            "= Priority 2: Exploitation",
            "2.1 Know more | Write a profile | Business Analyst | May 2024 | Green",
        ),
    )


def with_dashboard() -> list[Page]:
    """Sums on a sheet of their own, the actions on two others."""
    heads = "Theme | Action | Lead | Due | RAG"
    sums = grid(
        "Theme | Red | Amber | Green | Total", "Neglect | 0 | 1 | 1 | 2", "Early help | 1 | 0 | 0 | 1"
    )
    return [
        Page("Dashboard", [Line("Action plan 2024", "TITLE"), sums]),
        Page("Actions", [grid(
            heads, "Neglect | Write one tool | Business Manager | May 2024 | Green",
            "Neglect | Use one tool | Business Manager | June 2024 | Amber",
            "Early help | Map what there is | Head of Early Help | July 2024 | Red")]),
        Page("Completed actions", [grid(heads, "Neglect | Choose one tool | Business Manager | May 2023 | Blue")]),
        Page("Lists", [grid("RAG", "Red", "Amber", "Green", "Blue")]),
    ]  # fmt: skip


def months() -> list[Page]:
    """Crosses under months, and no rating at all."""
    return plan(
        "Delivery plan",
        grid(
            "Activity | Responsible | Apr | May | Jun | Comments",
            "Recruit two officers for the unit | Business Manager | X | X | | Advert out",
            "Hold a development day for all | Chair of the Executive | | | X | Room booked",
        ),
    )


def continued() -> list[Page]:
    """Sentences broken over rows, officers on two of them."""
    return plan(
        "Delivery plan",
        grid(
            "Action | Responsible Lead | Timescale | Progress",
            "Finish the audit of all cases in which a child was harmed, and | Head of Service | June 2024 | Begun. Then we",
            "tell the Board | | | stopped",
            "Draw up a plan | Business Manager//Head of Service | Sept 2024 | Not begun",
            " | Police lead | | Police agreed",
        ),
    )


def two_levels() -> list[Page]:
    """Headings over headings: priorities, and objectives inside them."""
    h = "Action | Lead | By when | RAG"
    return plan(
        "Partnership Strategic Plan 2024-27",
        Line("Priority 1: Neglect", "HEADING", 1),
        Line("Objective 1.1: Staff know neglect when they see it", "HEADING", 2),
        grid(
            h,
            "Write a profile of neglect | Business Analyst | May 2024 | Green",
            "Train all the staff | Learning Manager | June 2024 | Amber",
        ),
        Line("Objective 1.2: Families are helped early", "HEADING", 2),
        grid(h, "Open two family hubs | Head of Early Help | July 2024 | Red"),
        Line("Priority 2: Exploitation", "HEADING", 1),
        Line("Objective 2.1: Police and council share what they know", "HEADING", 2),
        grid(h, "Meet each week | Detective Inspector | May 2024 | Green"),
    )


def objective_rows() -> list[Page]:
    """The same by rows across one table."""
    return plan(
        "Partnership Strategic Plan 2024-27",
        grid(
            "Action | Lead | By when | RAG",
            "= Priority 1: Neglect",
            "= Outcome 1.1: Staff know neglect when they see it",
            "Write a profile of neglect | Business Analyst | May 2024 | Green",
            "Train all the staff | Learning Manager | June 2024 | Amber",
            "= Outcome 1.2: Families are helped early",
            "Open two family hubs | Head of Early Help | July 2024 | Red",
            "= Priority 2: Exploitation",
            "= Outcome 2.1: Police and council share what they know",
            "Meet each week | Detective Inspector | May 2024 | Green",
        ),
    )


def per_measure() -> list[Page]:
    """Measures without tags, each with a date and a rating."""
    return plan(
        "Business Plan 2024/25",
        grid(
            "Outcome | Action | Lead | Measure | Target date | RAG",
            "1.1 Children are safe | Audit what we do | Chair of Practice Group | Ten audits | June 2024 | Green",
            "^ | ^ | ^ | Twenty audits | September 2024 | Red",
            "1.2 Families are heard | Ask each family | Business Manager | Half of them answer | July 2024 | Amber",
        ),
    )


def per_step() -> list[Page]:
    """One action with two dates and two ratings, and nothing that says of what."""
    return plan(
        "Action plan 2024/25",
        grid(
            "Outcome | Action | Lead | Target date | RAG",
            "1.1 Children are safe | Audit what we do | Chair of Practice Group | June 2024 | Green",
            "^ | ^ | ^ | September 2024 | Red",
            "1.2 Families are heard | Ask each family | Business Manager | July 2024 | Amber",
        ),
    )


def side_by_side() -> list[Page]:
    """Headings in words of its own, areas and outcomes blank where they go on."""
    return [
        Page(
            "Plan",
            [
                Line("Improvement plan"),
                grid(
                    "Improvement area | Required improvement | Improvement actions | Accountable lead | Completion by | Impact on children | BRAG",
                    "1. Leadership | 1.1 Know our data | Build a scorecard | Assistant Director, Performance | 31.03.25 | Children are seen sooner | B",
                    " | 1.2 Hear from staff | Hold a survey | Principal Social Worker | 30.06.25 | Fewer changes of worker | G",
                    "2. Practice | 2.1 Better plans | Train in plans | Practice Lead | 30.09.25 | Plans make sense | A",
                ),
            ],
        )
    ]


def hanging() -> list[Page]:
    """Numbers in words, agencies before their posts, nothing but bold lines above each table."""
    return plan(
        "Action Plan for the Local Safeguarding Children Partnership",
        Line("Theme one – Contextual safeguarding", bold=True),
        grid(
            "Action | Lead Agency/Person | Target Date for Completion | RAG Status | Update (June 2024)",
            "1.1 Write guidance | Police: Detective Chief Inspector | End July 2024 | Green | Done in part",
            "1.2 Map the places | Council: Community Safety Manager | Ongoing | Amber | ",
        ),
        Line("Theme two – Babies under one", bold=True),
        grid(
            "Action | Lead Agency/Person | Target Date for Completion | RAG Status | Update (June 2024)",
            "2.1 Share the ICON message | Health: Named Midwife | April 2024 | Blue | All wards",
        ),
    )
