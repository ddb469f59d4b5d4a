"""The nervous system: what follows each event. A test demands an entry for every event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gewu.cases import events as case
from gewu.cases import reactions as on_case
from gewu.catalogue import events as rule
from gewu.infra import events as platform
from gewu.infra.deliveries import Reaction
from gewu.intake import events as report
from gewu.intake import reactions as on_report
from gewu.kernel.events import Event
from gewu.organisation import events as unit
from gewu.security import events as account
from gewu.territory import events as place

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {
    # reports
    report.ReportReceived: [on_report.tell_reporter, on_report.propose],
    report.ReportAccepted: [on_report.tell_reporter, on_report.note_decision],
    report.ReportJoined: [on_report.tell_reporter, on_report.note_decision],
    # The receipt of a neighbour's report says it already; one deed is told once.
    report.SupportGiven: [on_report.note_decision],
    report.JoinUndone: [on_report.tell_reporter],
    report.ReportSplit: [on_report.tell_reporter],
    report.ReportDeclined: [on_report.tell_reporter],
    report.ReportAnswered: [on_report.tell_reporter],
    report.VerificationAsked: [on_report.tell_verifiers],
    report.FindingRecorded: [],
    report.VerdictGiven: [],
    report.SuggestionsLearned: [],
    # residents' own accounts
    report.ResidentRegistered: [],
    report.ResidentLocked: [],
    report.ReportKept: [],
    report.ResidentLeft: [],
    # cases
    case.CaseFiled: [on_case.tell_dispatchers],
    case.CaseDispatched: [on_case.tell_lead, on_report.tell_reporters_of_case, on_report.note_office],
    case.CaseReturned: [on_case.tell_dispatchers, on_case.tell_arbiters],
    case.CaseRecalled: [on_case.tell_dispatchers, on_case.tell_unit],
    case.CaseRuled: [on_case.tell_lead, on_report.tell_reporters_of_case],
    case.CasePassedUp: [on_case.tell_lead],
    case.CasePassedDown: [on_case.tell_lead],
    case.CaseSelfHandled: [on_case.tell_checkers],
    case.CaseSentOn: [on_case.tell_dispatchers],
    case.ExtensionAsked: [on_case.tell_deciders],
    case.ExtensionApproved: [on_case.tell_unit, on_report.tell_reporters_of_case],
    case.ExtensionRefused: [on_case.tell_unit],
    case.ShelvingAsked: [on_case.tell_deciders],
    case.ShelvingRefused: [on_case.tell_unit],
    case.CaseShelved: [on_case.tell_unit, on_report.tell_reporters_of_case],
    case.ShelvingReviewed: [on_case.tell_unit],
    case.CaseResumed: [on_case.tell_unit, on_report.tell_reporters_of_case],
    case.ApplicationLapsed: [],
    case.AppealMade: [on_case.tell_deciders],
    case.AppealPassed: [on_case.tell_deciders],
    case.AppealGranted: [on_case.tell_unit],
    case.AppealRefused: [on_case.tell_unit],
    case.CaseTagged: [],
    case.CaseUntagged: [],
    case.ConcernNamed: [],
    case.RungReached: [on_case.climb_ladder],
    case.CaseSignedFor: [on_report.tell_reporters_of_case],
    case.CaseHandled: [on_case.tell_checkers, on_report.tell_reporters_of_case],
    case.CheckBegun: [],
    case.CheckFailed: [on_case.tell_lead],
    case.CaseClosed: [on_report.tell_reporters_of_case, on_case.ask_how_it_was],
    case.CaseConfirmed: [],
    case.CaseReopened: [on_case.tell_lead, on_report.tell_reporters_of_case],
    case.CaseVoided: [on_report.tell_reporters_of_case],
    case.DeadlinePassed: [on_case.tell_supervisors],
    case.AssistCalled: [on_case.tell_assistant],
    case.AssistSignedFor: [],
    case.AssistDone: [on_case.tell_settled],
    case.AssistReturned: [on_case.tell_sent_back],
    case.AssistWithdrawn: [on_case.tell_settled],
    case.AssistOfferedAgain: [on_case.tell_assistant],
    case.CheckedIn: [],
    case.WhistleBlown: [],
    case.WhistleClosed: [],
    case.WhistleWithdrawn: [],
    case.FollowUpAsked: [],
    case.FollowUpAnswered: [],
    case.HandlingRated: [],
    case.FollowUpMissed: [],
    case.FollowUpGivenUp: [],
    case.AnswerTemplateAdded: [],
    case.AnswerTemplateEnded: [],
    # places, units, rules
    place.DivisionsLoaded: [],
    place.BoundariesChecked: [],
    place.BoundariesTookForce: [],
    place.AliasesRecorded: [],
    unit.OrganisationSeedsLoaded: [],
    unit.UnitAdded: [],
    unit.UnitClosed: [],
    unit.UnitRenamed: [],
    unit.UnitAliasAdded: [],
    unit.UnitMoved: [on_case.follow_moved_unit],
    unit.Appointed: [],
    unit.PostEnded: [],
    unit.StaffNoted: [],
    unit.StaffStruck: [],
    rule.CatalogueLoaded: [],
    rule.RouteAdded: [],
    rule.RouteEnded: [],
    rule.LimitRevised: [],
    rule.EditionDrafted: [],
    rule.ItemsChanged: [],
    rule.ConsultationOpened: [],
    rule.OpinionGiven: [],
    rule.OpinionAnswered: [],
    rule.EditionSentBack: [],
    rule.EditionApproved: [],
    rule.EditionPublished: [],
    rule.EditionSuperseded: [],
    rule.EditionWithdrawn: [],
    rule.ApplicationMade: [],
    rule.ApplicationAssessed: [],
    rule.ApplicationApproved: [],
    rule.ApplicationPublished: [],
    rule.ApplicationDeclined: [],
    rule.ApplicationEnded: [],
    rule.TaskRefused: [],
    # the platform itself
    platform.SwitchSet: [],
    rule.RulingRecorded: [],
    # accounts
    account.AccountOpened: [],
    account.RoleGiven: [],
    account.RoleEnded: [],
    account.SignedIn: [],
    account.SignInFailed: [],
    account.AccountLocked: [],
    account.TokenIssued: [],
}
