"""Files that hold no plan, though some have its words: a letter, minutes, a budget, a list of staff, questions."""

from .other_plans import grid, plan
from .sheets import Line, Page


def letter() -> list[Page]:
    return [Page("Letter", [Line("Dear Chair,"), Line("Thank you for the action plan that you sent us in May."),
                            Line("We look forward to meeting you."), Line("Yours sincerely")])]  # fmt: skip


def minutes() -> list[Page]:
    return plan(
        "Minutes of the Executive Group",
        grid("Present | Chair of the Executive", "Apologies | Head of Service"),
        grid(
            "Item | Discussion | Action | Owner",
            "1 | The plan was received and talked about | Send it round | Business Manager",
        ),
    )


def budget() -> list[Page]:
    return plan(
        "Partnership budget 2024/25",
        grid(
            "Cost centre | Description of the spending | Budget | Actual | Variance | Forecast",
            "1001 | Independent scrutiny and its travel costs | 40,000 | 38,500 | 1,500 | 40,000",
            "1002 | Training for all of the partner agencies | 20,000 | 21,000 | -1,000 | 22,000",
        ),
    )


def staff_list() -> list[Page]:
    return [
        Page(
            "Staff",
            [
                grid(
                    "Name | Post | Agency | E-mail | Telephone",
                    "A Person | Business Manager | Council | a@agency.example | 0100 000001",
                    "B Person | Head of Service | Health | b@agency.example | 0100 000002",
                )
            ],
        )
    ]


def questionnaire() -> list[Page]:
    return [
        Page(
            "Questions",
            [
                Line("Section 11 self-assessment"),
                grid(
                    "Question | Yes or no | Comments | Date",
                    "Do you have a named lead for safeguarding children? | Yes | Named in our policy | June 2024",
                    "Are all of your volunteers trained every three years? | No | Planned | July 2024",
                ),
            ],
        )
    ]


def empty() -> list[Page]:
    return [Page("Sheet1", [])]


def transposed() -> list[Page]:
    """Each action is a column."""
    return [
        Page(
            "Plan",
            [
                Line("Action plan"),
                grid(
                    "Action | Write the policy down for all agencies | Train the trainers in every district",
                    "Who | Business Manager | Learning Manager",
                    "By when | June 2024 | July 2024",
                    "RAG | Green | Red",
                ),
            ],
        )
    ]
