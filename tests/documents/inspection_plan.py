"""The inspection action plan in our own words: references, dates, statuses and post titles as it prints them.

"‖" stands where a page broke a row in two: what follows it is a row of its own, without "By when".
"""

from dataclasses import dataclass

TITLE = ("Children's Services", "Ofsted ILACS Action Plan", "March 2020", "Updated December 2020")
INSPECTED = "(Inspection date 11th to 22nd November 2019)"
COUNCIL = "Solihull Metropolitan Borough Council"

INTRODUCTION = (
    "Inspectors looked at the whole of children's social care in November 2019, from early help to leaving care.",
    "They found that our services are not yet good overall. Each area was judged as follows.",
)
JUDGEMENTS = (
    ("How leaders shape social work practice", "Requires improvement"),
    ("Children who need help and protection", "Requires improvement"),
    ("Children in care and care leavers", "Good"),
    ("Overall effectiveness", "Requires improvement"),
)
OVERSIGHT = (
    "This plan is watched over by the Directorate Leadership Team, with the Director of Children's Services.",
    "An activity shown as completed is still looked at in our usual monitoring.",
    "The pandemic means that the dates below may have to be looked at again.",
)

SAFEGUARDS = "Head of Service Safeguards"
FAMILY = "Head of Service Family Support"
LOOKED_AFTER = "Head of Service Looked After Children"
COMMISSIONING = "Head of Service Children's Commissioning"
SAFEGUARDS_AND_COMMISSIONING = "Heads of Service Safeguards and Children's Commissioning"
SAFEGUARDS_AND_FAMILY = "Heads of Service Safeguards and Family Support"
SAFEGUARDS_AND_SOCIAL_WORKER = "Head of Service Safeguards and Principal Social Worker"
ALL_THREE = "Heads of Service Safeguards, Family Support and Looked After Children"
TWO_STAGES = "December 2020 (testing) Jan 2021 service wide implementation"


@dataclass(frozen=True)
class Row:
    action: str
    who: str
    by_when: str
    progress: str


@dataclass(frozen=True)
class Recommendation:
    number: int
    text: str
    rows: tuple[Row, ...]
    expected: tuple[str, ...]


RECOMMENDATIONS = (
    Recommendation(
        1,
        "Audits that tell leaders where practice is strong and where it is weak",
        (
            Row(
                "Look at how other places audit (and how they show what it changed – from finding to escalating) "
                "and add themed audits to ours",
                SAFEGUARDS,
                "November 2020",
                "Three councils visited. New model drafted for the leadership meeting in the autumn. Staff asked. "
                "Final form agreed by SLT",
            ),
            Row(
                "Start the new way of auditing with its guidance and report forms",
                SAFEGUARDS,
                TWO_STAGES,
                "SLT agreed to start. A full start was planned for Nov 2020; a small group of staff will try it in "
                "Nov/Dec first and everybody follows in the new year",
            ),
            Row(
                "Make escalation quicker, for teams and for single workers, and look at supervision with it",
                SAFEGUARDS,
                TWO_STAGES,
                "See the row above; some teams talked about escalation already",
            ),
            Row(
                "Renew the audit of single cases so that it shows what changed for families and whether we kept "
                "to the standards",
                SAFEGUARDS,
                TWO_STAGES,
                "Audits were paused because of COVID-19. They start again‖once the leadership meeting agrees. "
                "The lockdown in Nov 2020 makes a start across the service in Jan 2021 likelier",
            ),
            Row("Tell the whole service what audits found", SAFEGUARDS, "Feb 2021", "Part of the new way"),
            Row(
                "Build and correct the figures of children's services",
                SAFEGUARDS,
                "In progress",
                "Under way with the performance team on the new IT system Liquid Logic. A first report for "
                "managers is promised for December",
            ),
        ),
        (
            "The renewed audit is in use and most audits are done in time.",
            "Plans change because of what audits find.",
            "Worries are escalated early, and nothing drifts.",
            "Plans change because of what figures show.",
            "The whole Directorate hears what was learned.",
        ),
    ),
    Recommendation(
        2,
        "Strategy meetings held in time, with every partner who should be there, the Police included",
        (
            Row(
                "Look at everything around strategy meetings (MACE too). It covers:- a) telling senior managers "
                "of exceptions b) telling partner organisations of exceptions",
                FAMILY,
                "November 2020",
                "Looked at, and changed. A specialist of the referral centre takes part where abuse is suspected. "
                "Escalation has been in use since Spring 2020. Police timeliness discussed and ongoing",
            ),
            Row(
                "Hold each strategy discussion in time – write down what is expected, start it and watch it",
                FAMILY,
                "Ongoing",
                "Times are watched. Expectations are written and in use. An audit of May – July is completed. "
                "The next is in January 2021.",
            ),
            Row(
                "Where something was late, inside or outside the service, escalate it‖to the police or whichever "
                "organisation it is, and tell senior managers",
                "Head of Service‖Family Support",
                "Ongoing",
                "Escalation has been‖in use since spring 2020. Proof of its use will be looked at",
            ),
            Row(
                "Look back at late strategy meetings and learn, so that it happens no more Put the lessons into "
                "the quality framework.",
                FAMILY,
                "Completed January 2021",
                "A Detective Inspector met us about the late cases. To be taken further",
            ),
            Row(
                "Check that the right practitioners took part in each discussion",
                FAMILY,
                "January 2021",
                "Audited in March 2020 and, after that, in May / July 2020. Another in January 2021",
            ),
            Row(
                "Have the managers on duty take part in strategy meetings of the MASH – report exceptions",
                FAMILY,
                "Completed",
                "It is in the new process and happens. Talks on better attendance are ongoing",
            ),
        ),
        (
            "The MASH discusses strategy in time and with every professional who matters. Exceptions are escalated.",
            "Partner agencies bring all that they know.",
            "We step in earlier and to more effect.",
            "Cases pass from the MASH to social care without a gap.",
        ),
    ),
    Recommendation(
        3,
        "What “threshold” visits do for children and families should be looked at",
        (
            Row(
                "Audit the threshold visits and report to senior managers",
                FAMILY,
                "In progress",
                "Audited in March 2020. That of June / July 2020 is to be completed by the 31.12.20",
            ),
            Row(
                "Look closely at some visits: were they in time, and was more help needed",
                FAMILY,
                "Quarterly",
                "Audited in March 2020. For June / July 2020 see above",
            ),
        ),
        (
            "Families got an answer in time that fits their needs.",
            "We know what threshold visits are for and what they decide.",
            "We can say why threshold visits are right, and that they delay nothing.",
            "Nobody is assessed without need.",
        ),
    ),
    Recommendation(
        4,
        "Interviews after a child comes back from being missing: offered, taken up and understood.",
        (
            Row(
                "Renew the specification so that it names our needs and what is known of exploitation",
                COMMISSIONING,
                "Completed",
                "We come back to it with what the pandemic taught us. To be completed by end of September 2020. "
                "The contract goes on and the specification will name both kinds of interview",
            ),
            Row(
                "Referrals reach the council and the provider in time, are compared with others and are watched. "
                "It feeds recommendation 1 of this plan at every level",
                SAFEGUARDS_AND_COMMISSIONING,
                "In progress",
                "Being looked at everywhere",
            ),
            Row(
                "Make our own process for missing children simpler, with telling the provider.",
                SAFEGUARDS,
                "Completed",
                "A monthly meeting with the provider, and a plan to catch up",
            ),
            Row(
                "This includes what Liquid Logic can do for quicker messages to the provider",
                "Principal Social Worker",
                "Ongoing",
                "Trying out Liquid Logic is ongoing",
            ),
            Row(
                "Find new ways with the provider for young people to accept an interview",
                SAFEGUARDS_AND_COMMISSIONING,
                "Completed",
                "Visits without notice worked before the restrictions. The youth offending team helps to‖"
                "find those who are known to it. Interviewers were trained in March 2020 and reports are fuller.",
            ),
            Row(
                "Ask young people in several ways what the interview was like and learn from it",
                "Missing and Exploitation Team Manager, supported by the Commissioning Officer",
                "In progress",
                "Young people say yes by telephone more often.\nThe provider passed their words to SLT",
            ),
            Row(
                "Look at the contract each month against its specification, later each quarter",
                COMMISSIONING,
                "Completed",
                "Monthly reviews since April 20. Interviews went up: 67%, 83%, 92%.\nIn Qrt 2 79% of referrals led "
                "to one, 83% after 1 missing episode, 70% after 2 or more",
            ),
            Row(
                "Read the figures each month and help those who go missing again and again",
                "Missing and Exploitation Team Manager with the Provider",
                "Completed",
                "Ongoing",
            ),
            Row(
                "Find the placements from which children go missing most, visit them and see that they follow‖"
                "our process and prevent it",
                COMMISSIONING,
                "Completed",
                "In place. Quarterly figures show placements with many missing‖episodes. Visits are held by "
                "video for now",
            ),
        ),
        (
            "The provider hears sooner, and more interviews happen within 72 hours.",
            "A child who was missing is offered an interview, and is helped not to go missing again.",
            "Social workers learn what was said and what is advised.",
            "Partners share what the figures show and help where it counts.",
            "More of the children who were missing have an interview.",
        ),
    ),
    Recommendation(
        5,
        "Plans that parents and carers can read, and that say what is asked of them and why.",
        (
            Row(
                "Write each plan so that parents understand it",
                SAFEGUARDS_AND_FAMILY,
                "Completed",
                "Ongoing, and in the audits of recommendation 1",
            ),
            Row(
                "Ask families about it as a matter of course", SAFEGUARDS_AND_FAMILY, "In progress", "Ongoing"
            ),
            Row(
                "Put the renewed Signs of Safety guidance into Liquid Logic",
                SAFEGUARDS_AND_SOCIAL_WORKER,
                "Completed",
                "The new forms are in use",
            ),
            Row(
                "Hold workshops with those who write plans",
                SAFEGUARDS_AND_SOCIAL_WORKER,
                "December 2020",
                "The leads of Signs of Safety meet the group",
            ),
            Row("Audit these plans as we audit cases", SAFEGUARDS, "December 2020", "See recommendation 1"),
        ),
        (
            "Parents and carers understand each plan and what is asked of them.",
            "Parents and carers work with us more closely.",
        ),
    ),
    Recommendation(
        6,
        "Reviews in time for children of level 2 in the disabled children's team",
        (
            Row(
                "Look at the team's process and how many it can help",
                SAFEGUARDS,
                "Dec 2020",
                "Ongoing. SLT agreed a paper on thresholds; its wording is being finished",
            ),
            Row(
                "Clear the reviews that are late and keep to the times",
                SAFEGUARDS,
                "Completed",
                "Far fewer are late. All Level 2 cases were looked at and assessed",
            ),
            Row(
                "Review those of Level 2 so that their needs go on being met",
                SAFEGUARDS,
                "Completed",
                "Reviewed every six months. See above",
            ),
            Row(
                "Train the team in the Family Support Model",
                SAFEGUARDS_AND_SOCIAL_WORKER,
                "February 2020",
                "The team's new shape is settling",
            ),
            Row(
                "Put the finished paper on thresholds to use",
                SAFEGUARDS_AND_SOCIAL_WORKER,
                "November 2020 December 2020",
                "Drafts are done and agreed. When it starts is to be agreed",
            ),
        ),
        (
            "Each child of Level 2 is reviewed at least once a year.",
            "No review is late.",
        ),
    ),
    Recommendation(
        7,
        "Connected carers who know of training, and can go to it.",
        (
            Row(
                "Tell all connected carers what there is",
                LOOKED_AFTER,
                "All carers were told and this telling will be on-going",
                "Completed in April; the handbook went out in June 2020",
            ),
            Row(
                "Make e learning better known and watch who uses it",
                LOOKED_AFTER,
                "First promotion complete. To be done again (see below)",
                "E Learning is supported",
            ),
            Row(
                "Report to senior managers who comes to training – quarterly",
                LOOKED_AFTER,
                "In progress",
                "A score card is being made and figures on training exist",
            ),
            Row(
                "Make the case for more training on other kinds of permanence (SGO)",
                LOOKED_AFTER,
                "In progress",
                "There is a Permanency Hub now",
            ),
            Row(
                "Ask carers what is missing and what stops them",
                LOOKED_AFTER,
                "In progress",
                "To be taken further. Covid stopped training in one room",
            ),
        ),
        (
            "Carers find training that suits them.",
            "Connected Carers come as often as Mainstream Carers.",
            "Carers are skilled and feel supported.",
            "Carers think of other kinds of permanence (i.e. SGO).",
        ),
    ),
    Recommendation(
        8,
        "Special guardianship orders made in time where they are the plan",
        (
            Row(
                "Renew the money rules of special guardianship",
                LOOKED_AFTER,
                "In progress",
                "Rules renewed, to be signed off",
            ),
            Row(
                "Make the case for people of its own for these orders",
                LOOKED_AFTER,
                "Completed",
                "The Permanency Hub is in the Fostering Service",
            ),
            Row(
                "Speak with the judiciary about the path to an order",
                "Heads of Service Family Support and Looked After Children",
                "In progress",
                "Covid slows the courts. Dates are hoped for in the new year",
            ),
            Row(
                "Think of permanence at each step. Train and supervise for it",
                ALL_THREE,
                "In progress",
                "Goes with the Permanency Hub. Training comes after the rules",
            ),
            Row(
                "Watch times and what families say in the renewed quality framework",
                ALL_THREE,
                "In progress",
                "To come with recommendation 1",
            ),
        ),
        (
            "Children who can leave care safely have permanence with the carer they know.",
            "Those carers are trained and paid fairly afterwards.",
        ),
    ),
    Recommendation(
        9,
        "Homeless 16 and 17 year olds: what the council can offer, and that they know of it.",
        (
            Row(
                "Young people who need a home can get advice of their own",
                "Heads of Service Family Support and Children's Commissioning",
                "Ongoing",
                "A draft is being put to use",
            ),
            Row("Write a leaflet on rights for young people", FAMILY, "November 2020", "Ongoing"),
            Row(
                "Check that it is done and what young people say. It belongs to recommendation 1 of this plan",
                "Heads of Service Family Support and Safeguards",
                "Ongoing",
                "All S17 placements of 16/17 year olds were looked at and changed",
            ),
            Row(
                "Look at the support of 16-17 year olds with Solihull Housing Group",
                FAMILY,
                "Completed",
                "The protocol is with the lawyers and starts in January 2021. A shared list is read monthly",
            ),
            Row("Show on file that this was done", FAMILY, "Ongoing", "Ongoing"),
        ),
        (
            "A young person chooses knowing what it means.",
            "One who chooses otherwise is still supported.",
            "The file shows that all of it was talked about.",
            "What young people say changes the service.",
        ),
    ),
    Recommendation(
        10,
        "Private fostering: known, and answered",
        (
            Row(
                "Plan with all partners how to make it known",
                LOOKED_AFTER,
                "Completed",
                "It was told on social media and in partner agencies",
            ),
            Row(
                "Train social care in it",
                LOOKED_AFTER,
                "In progress",
                "No training because of Covid, but e-mails went out",
            ),
            Row(
                "Report on quality to the Local Safeguarding Childrens Partnership (LSCP)",
                "Heads of Service Looked After Children and Safeguards",
                "In progress",
                "It was to go to the LSCP in May; the meeting was put off",
            ),
            Row(
                "The front door finds these arrangements. Train and supervise for it",
                FAMILY,
                "In progress",
                "More was told, and advice is there",
            ),
            Row(
                "Audit how often it is used, and ask partners",
                ALL_THREE,
                "In progress",
                "Goes with the audits of recommendation 1",
            ),
        ),
        (
            "More of these arrangements are known, assessed and supported.",
            "Every professional knows what it is and whom to tell.",
        ),
    ),
)
