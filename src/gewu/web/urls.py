"""Addresses of the pages, by audience."""

from __future__ import annotations

from django.urls import path, register_converter

from gewu.web import (
    accounts,
    analysis,
    board,
    files,
    lists,
    neighbours,
    own_account,
    portal,
    proof,
    residents,
    second_factor,
    tiles,
)
from gewu.web.desk import (
    bulk,
    cases,
    exporting,
    follow_ups,
    identities,
    inbox,
    notices,
    phone,
    places,
    printing,
    reports,
    spot,
    units,
    visits,
    whistles,
)
from gewu.web.setup import accounts as setup_accounts
from gewu.web.setup import answers, assistants, audit, health, matters, retention, routes, switches
from gewu.web.setup import home as setup
from gewu.web.setup import lists as lists_setup
from gewu.web.setup import places as setup_places
from gewu.web.setup import posts as setup_posts
from gewu.web.setup import units as setup_units


class _Code:
    """A progress code as people may type it into an address."""

    regex = "[0-9A-Za-z-]{8,24}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class _Digits(_Code):
    """A place code or the number of a case."""

    regex = "[0-9-]{2,40}"


class _Word(_Code):
    """The name of a step."""

    regex = "[a-z_]{1,40}"


class _Edition(_Code):
    """An edition of a list: its number, before it the place when it is not the whole county's."""

    regex = r"(?:[0-9]{6,17}-)?[0-9]{1,4}"


register_converter(_Code, "progress_code")
register_converter(_Edition, "edition")
register_converter(_Digits, "digits")
register_converter(_Word, "word")

urlpatterns = [
    path("", portal.home, name="portal_home"),
    path("report", portal.report, name="portal_report"),
    path("report/<progress_code:code>", portal.receipt, name="portal_receipt"),
    path("progress", portal.progress, name="portal_progress"),
    path("progress/<progress_code:code>", portal.progress_of, name="portal_progress_of"),
    path("progress/<progress_code:code>/verdict", portal.verdict, name="portal_verdict"),
    path("progress/<progress_code:code>/files/<uuid:id>", files.portal_file, name="portal_file"),
    path("progress/<progress_code:code>/thumbs/<uuid:id>", files.portal_thumb, name="portal_thumb"),
    path("progress/<progress_code:code>/record", proof.receipt_page, name="portal_record"),
    path("progress/<progress_code:code>/record.json", proof.receipt_file, name="portal_record_file"),
    path("verify", proof.verify, name="portal_verify"),
    path("verify/gewu_receipt.py", proof.checker, name="portal_checker"),
    path("anchors", proof.anchors_page, name="anchors"),
    path("anchors.json", proof.anchors_json, name="anchors_json"),
    path("anchors.txt", proof.anchors_text, name="anchors_text"),
    path("nearby", neighbours.nearby, name="portal_nearby"),
    path("nearby/<digits:number>", neighbours.me_too, name="portal_me_too"),
    path("account", residents.sign_in, name="portal_account"),
    path("account/sign-out", residents.sign_out, name="portal_sign_out"),
    path("account/leave", residents.leave, name="portal_leave"),
    path("mine", residents.mine, name="portal_mine"),
    path("mine/keep", residents.keep, name="portal_keep"),
    path("type", portal.large_type, name="portal_large_type"),
    path("lists", lists.home, name="lists"),
    path("lists/<word:kind>", lists.kind, name="list_versions"),
    path("lists/<word:kind>/<edition:key>", lists.edition, name="list_edition"),
    path("lists/<word:kind>/<edition:older>..<edition:newer>", lists.compared, name="list_difference"),
    path("privacy", portal.privacy, name="portal_privacy"),
    path("language", accounts.language, name="language"),
    path("sign-in", accounts.sign_in, name="desk_sign_in"),
    path("sign-out", accounts.sign_out, name="desk_sign_out"),
    path("sign-in/code", second_factor.code, name="sign_in_code"),
    path("sign-in/enrol", second_factor.enrol, name="sign_in_enrol"),
    path("sign-in/password", second_factor.own_password, name="sign_in_password"),
    path("desk/account", own_account.account, name="account"),
    path("desk/account/password", own_account.password, name="account_password"),
    path("desk/account/sessions/end", own_account.end_others, name="account_end_others"),
    path("desk/account/sessions/<uuid:id>/end", own_account.end, name="account_end"),
    path(".well-known/security.txt", proof.security_contact, name="security_txt"),
    path("desk/identities", identities.identities, name="identities"),
    path("desk/identities/<uuid:id>/decide", identities.decide, name="identity_decide"),
    path("desk/identities/<uuid:id>/seen", identities.seen, name="identity_seen"),
    path("desk/reports/<uuid:id>/identity", identities.ask, name="identity_ask"),
    path("desk", inbox.inbox, name="desk_inbox"),
    path("desk/self-handled", spot.self_handled, name="desk_self_handled"),
    path("desk/tags", spot.tags, name="desk_tags"),
    path("desk/export", exporting.export, name="desk_export"),
    path("desk/lists", inbox.keep, name="desk_list_keep"),
    path("desk/lists/<uuid:id>/forget", inbox.forget, name="desk_list_forget"),
    path("desk/new", phone.new_report, name="desk_new_report"),
    path("desk/visits", visits.visits, name="desk_visits"),
    path("desk/new/hints", phone.hints, name="desk_hints"),
    path("desk/reports/<uuid:id>", reports.report, name="desk_report"),
    path("desk/reports/<uuid:id>/steps/<word:event>", reports.step, name="desk_report_step"),
    path("desk/cases/bulk", bulk.many, name="desk_bulk"),
    path("desk/cases/<digits:number>", cases.case, name="desk_case"),
    path("desk/cases/<digits:number>/print", printing.case_file, name="desk_case_print"),
    path("desk/cases/<digits:number>/steps/<word:event>", cases.step, name="desk_case_step"),
    path("desk/cases/<digits:number>/assist", cases.assist, name="desk_assist"),
    path(
        "desk/cases/<digits:number>/assignments/<uuid:assignment>/steps/<str:event>",
        cases.assignment_step,
        name="desk_assignment_step",
    ),
    path("desk/places", places.root, name="desk_places"),
    path("desk/places/<digits:code>", places.place, name="desk_place"),
    path("desk/places/<digits:code>/gaps", places.gaps, name="desk_gaps"),
    path("desk/units/<str:code>", units.unit, name="desk_unit"),
    path("desk/units/<str:code>/staff", units.note, name="desk_staff_note"),
    path("desk/units/<str:code>/staff/<uuid:entry>/strike", units.strike, name="desk_staff_strike"),
    path("desk/cases/<digits:number>/whistle", whistles.whistle, name="desk_whistle"),
    path(
        "desk/cases/<digits:number>/whistles/<uuid:whistle>/steps/<str:event>",
        whistles.step,
        name="desk_whistle_step",
    ),
    path("desk/follow-ups", follow_ups.follow_ups, name="desk_follow_ups"),
    path("desk/follow-ups/<uuid:id>", follow_ups.follow_up, name="desk_follow_up"),
    path("desk/follow-ups/<uuid:id>/steps/<word:event>", follow_ups.step, name="desk_follow_up_step"),
    path("desk/satisfaction", follow_ups.satisfaction, name="desk_satisfaction"),
    path("desk/notices", notices.notices, name="desk_notices"),
    path("desk/notices/read", notices.mark_read, name="desk_notices_read"),
    path("setup", setup.home, name="setup_home"),
    path("setup/assistants", assistants.assistants, name="setup_assistants"),
    path("setup/places", setup_places.places, name="setup_places"),
    path("setup/places/boundaries", setup_places.boundaries, name="setup_boundaries"),
    path("setup/places/batches/<uuid:id>", setup_places.batch, name="setup_batch"),
    path("setup/places/aliases", setup_places.aliases, name="setup_aliases"),
    path("setup/units", setup_units.units, name="setup_units"),
    path("setup/units/<word:deed>", setup_units.change, name="setup_unit_change"),
    path("setup/posts", setup_posts.posts, name="setup_posts"),
    path("setup/posts/appoint", setup_posts.appoint, name="setup_appoint"),
    path("setup/posts/<uuid:id>/end", setup_posts.end, name="setup_end_post"),
    path("setup/crews", setup_posts.crews, name="setup_crews"),
    path("setup/answers", answers.answers, name="setup_answers"),
    path("setup/answers/<uuid:id>/end", answers.end, name="setup_answer_end"),
    path("setup/accounts", setup_accounts.accounts, name="setup_accounts"),
    path("setup/accounts/<uuid:id>", setup_accounts.account, name="setup_account"),
    path("setup/accounts/<uuid:id>/roles", setup_accounts.grant, name="setup_account_grant"),
    path(
        "setup/accounts/<uuid:id>/roles/<uuid:standing>/end",
        setup_accounts.revoke,
        name="setup_account_revoke",
    ),
    path("setup/accounts/<uuid:id>/close", setup_accounts.close, name="setup_account_close"),
    path("setup/accounts/<uuid:id>/password", setup_accounts.reset, name="setup_account_reset"),
    path("setup/accounts/<uuid:id>/factor", setup_accounts.remove_factor, name="setup_account_factor"),
    path("setup/audit", audit.audit, name="setup_audit"),
    path("setup/health", health.health, name="setup_health"),
    path("setup/retention", retention.retention, name="setup_retention"),
    path("setup/retention/rules", retention.set_rule, name="setup_retention_rule"),
    path("setup/retention/holds", retention.hold, name="setup_retention_hold"),
    path("setup/retention/holds/<uuid:id>/end", retention.end_hold, name="setup_retention_end"),
    path("setup/switches", switches.switches, name="setup_switches"),
    path("setup/calendar", setup.calendar, name="setup_calendar"),
    path("setup/lists", lists_setup.home, name="setup_lists"),
    path("setup/lists/editions/<uuid:id>", lists_setup.edition, name="setup_edition"),
    path("setup/lists/editions/<uuid:id>/steps/<word:event>", lists_setup.step, name="setup_edition_step"),
    path("setup/lists/editions/<uuid:id>/items", lists_setup.put_item, name="setup_item_put"),
    path("setup/lists/editions/<uuid:id>/items/remove", lists_setup.remove_item, name="setup_item_remove"),
    path("setup/lists/editions/<uuid:id>/file", lists_setup.load, name="setup_items_load"),
    path("setup/lists/editions/<uuid:id>/opinions/<uuid:opinion>", lists_setup.answer, name="setup_opinion"),
    path("setup/routes", routes.routes, name="setup_routes"),
    path("setup/routes/<uuid:id>/end", routes.end, name="setup_route_end"),
    path("setup/coverage", routes.coverage, name="setup_coverage"),
    path("setup/matters", matters.matters, name="setup_matters"),
    path("setup/matters/<str:code>", matters.matter, name="setup_matter"),
    path("setup/refused", lists_setup.refused, name="setup_refused"),
    path("desk/applications", lists_setup.applications, name="desk_applications"),
    path(
        "desk/applications/<uuid:id>/steps/<word:event>",
        lists_setup.application_step,
        name="desk_application_step",
    ),
    path("board", board.root, name="board_root"),
    path("board/<digits:place>", board.board, name="board"),
    path("board/<digits:place>/analysis", analysis.analysis, name="board_analysis"),
    path("places/<digits:place>.geojson", board.places_geojson, name="places_geojson"),
    path("grid", board.grid_at, name="grid_at"),
    path("tiles/<word:level>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("files/<uuid:id>", files.file, name="file"),
    path("thumbs/<uuid:id>", files.thumb, name="thumb"),
]
