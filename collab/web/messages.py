"""A sentence for every code of ``errors.Invalid``, in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, Any] = {
    "required": _l("Please fill this in."),
    "day_is_over": _l("This day is over. Please give one to come."),
    "not_in_the_text": _l("These words are not in the text (any more). Please quote what stands there now."),
    "too_long": _l("Please use at most %(max)s characters."),
    "too_short": _l("Please use at least %(min)s characters."),
    "too_many": _l("Please give at most %(max)s."),
    "unknown_field": _l("There is no such field."),
    "not_a_date": _l("Please give a date and time, such as 2026-03-31 14:00."),
    "not_a_number": _l("Please give a number."),
    "not_a_text": _l("Please give a text."),
    "not_a_list": _l("Please give a list."),
    "not_an_object": _l("The body has to be a JSON object."),
    "not_a_flag": _l("Please give yes or no."),
    "not_a_choice": _l("Please choose one of these: %(expected)s."),
    "unknown_kind": _l("Please choose a kind: post, page, comment, file, person or workspace."),
    "unknown_day": _l("Please give a year, month or day, such as 2026, 2026-03 or 2026-03-31."),
    "only_files": _l("Only files can be asked for like this: has:file."),
    "unknown_language": _l("Please give a language, such as de or en."),
    "not_away": _l("Only kinds and workspaces can be taken away, such as -kind:comment."),
    "not_an_email": _l("Please give an e-mail address, such as anna@example.com."),
    "not_a_timezone": _l("Please choose a time zone, such as Europe/Berlin."),
    "not_a_slug": _l("Please use small letters, digits and hyphens only."),
    "not_valid": _l("This cannot be used."),
    "ends_first": _l("It cannot end before it begins."),
    "event_too_long": _l("One event lasts %(days)s days at most."),
    "too_far": _l("Please choose a year between %(first)s and %(last)s."),
    "bad_rule": _l("This is no rule that a calendar understands."),
    "too_often": _l("What happens several times a day cannot be written as a series."),
    "wall_time": _l("Please give the time of a clock on the wall, without an offset, and its time zone."),
    "no_occurrence": _l("There is no such date in this series."),
    "cannot_be_invited": _l("We know nobody called %(names)s who can read this event."),
    "taken": _l("This is already in use. Please choose another."),
    "unknown_people": _l("We do not know %(names)s. Please check the spelling."),
    "unknown_guest": _l("We know no guest by this name or address. Please invite the person first."),
    "several_people": _l("Several people have this name. Please give the e-mail address."),
    "guest_or_firm": _l("Please name a guest, or choose a firm."),
    "no_comments_by_link": _l("In a workspace with separate firms, nobody can comment by a link."),
    "competitor_wrote_it": _l(
        "Somebody from another firm wrote this. In a workspace with separate firms, they must not notice each other."
    ),
    "unknown_workspace": _l("There is no such workspace, or you may not write there."),
    "unknown_parent": _l("There is no such page here."),
    "finds_too_much": _l(
        "This finds more than %(max)s things, too much to be followed. Please narrow it by words or filters."
    ),
    "two_words": _l("Please give at least two words, with commas between them."),
    "too_many_groups": _l("There are %(max)s groups, and more are not kept."),
    "nothing_asked": _l("This asks for nothing yet. Please give words or a filter."),
    "too_many_searches": _l(
        "You have %(max)s saved searches, and more are not kept. Please delete one first."
    ),
    "unknown_task_column": _l("There is no such column here."),
    "too_many_columns": _l("A board has %(max)s columns at most."),
    "last_column": _l("A board needs a column for what is to be done, and one for what is done."),
    "needs_a_day": _l("Please give the day on which it is due first."),
    "not_a_rule": _l("This is no rule that we know. Please write it like FREQ=WEEKLY;INTERVAL=2;BYDAY=MO."),
    "never_again": _l("By this rule there would be no second time."),
    "does_not_read_it": _l(
        "%(name)s cannot read this. Please share it first, or add the person to the workspace."
    ),
    "may_not_answer": _l(
        "%(name)s may read this, but not say anything about it. Please let them comment first."
    ),
    "too_many_people": _l("Please name at most %(max)s people."),
    "too_many_items": _l("A checklist has %(max)s lines at most."),
    "unknown_task": _l("There is no such task here."),
    "waits_for_itself": _l("A task cannot wait for itself."),
    "waits_in_a_circle": _l("That one waits for this one already, so both would wait for ever."),
    "too_many_waits": _l("A task waits for %(max)s others at most."),
    "below_itself": _l("A page cannot stand below itself."),
    "too_deep": _l("Pages cannot stand more than %(max)s levels deep."),
    "not_public": _l("In this workspace nothing can be shown to the public."),
    "guests_first": _l("Guests cannot learn it later than the public."),
    "last_owner": _l("A workspace needs an owner. Please hand it over first."),
    "member_by_group": _l("This membership comes with a group. It ends when the group's role is taken away."),
    "openid_missing": _l("The scope openid has to be among them."),
    "provider_not_proved": _l(
        "An administrator has to come in through it once before. Sign in with it, then try again."
    ),
    "guests_cannot_own": _l("A guest cannot own a workspace."),
    "already_member": _l("This person is a member already."),
    "end_in_past": _l("The end lies in the past."),
    "grant_too_long": _l("Access from outside lasts %(days)s days at most. Please choose an earlier day."),
    "unknown_entry": _l("There is no such page or post here."),
    "there_twice": _l("This address is there twice."),
    "is_colleague": _l("This is a colleague. Please add the person as a member."),
    "domain_not_allowed": _l(
        "Nobody with an address of this domain may be invited. Please ask an administrator."
    ),
    "firm_needed": _l("Which firm is this? We do not know %(domains)s yet."),
    "there_already": _l("This colleague is there already, or is invited."),
    "not_of_your_firm": _l("This is not an address of your firm."),
    "nobody_to_ask": _l("Nobody can answer for guests there at present. Please ask your contact."),
    "may_not_invite": _l(
        "Inviting guests here is for those who write here. Please ask the owner of the workspace."
    ),
    "invitation_unknown": _l("There is no such invitation, or it was taken back."),
    "invitation_expired": _l("This invitation has run out. Please ask for a new one."),
    "invitation_used": _l("This invitation has been answered already."),
    "account_inactive": _l("This account cannot come in at present."),
    "owners_have_no_end": _l("An owner has no end date. Choose another role, or leave the date empty."),
    "clean_room_not_public": _l("A clean room cannot show anything to the public."),
    "joining_closed": _l(
        "Only members read in a closed workspace, so nobody joins it alone. Let people ask, or invite them."
    ),
    "joining_secret": _l("Nobody can ask for a workspace that only members know of. Its owners invite."),
    "too_many_pins": _l("There is room for %(max)s. Please take one away first."),
    "blog_is_open": _l("The company blog is open to everybody employed."),
    "not_an_image": _l("This file is not an image that we can show."),
    "image_too_large": _l("This image has too many pixels."),
    "no_file": _l("Please choose a file."),
    "no_calendar": _l("This is no calendar file (.ics)."),
    "too_many_events": _l("More than %(max)s events are in this file. Please divide it."),
    "empty_file": _l("This file is empty."),
    "no_needs_a_reason": _l("A no needs a reason."),
    "say_what_changed": _l("Please say what is different now."),
    "unknown_idea": _l("There is no such idea here."),
    "section_is_off": _l("“%(place)s” has no list “%(name)s”. An owner can switch it on in the settings."),
    "two_answers": _l("Please give at least two different answers, one a line."),
    "only_one": _l("Please choose one answer only."),
    "poll_is_closed": _l("The poll is closed."),
    "somebody_voted": _l("Somebody has voted, so the answers stay as they are."),
    "has_answers": _l("Somebody has answered already, so this cannot change any more."),
    "too_large": _l("This file is larger than %(max)s MB."),
    "leads_elsewhere": _l("This name leads out of the folder."),
    "too_deep_folders": _l("Folders cannot lie more than %(max)s deep in each other."),
    "unknown_folder": _l("There is no such folder here."),
    "lock_too_long": _l("A file can be locked for %(days)s days at most. Afterwards you can lock it again."),
    "shared_alone": _l(
        "It is shared by itself with guests or by a link, and they would go on reading it there. "
        "End that first, or put a copy there."
    ),
    "folder_in_itself": _l("A folder cannot lie in itself."),
    "file_locked": _l(
        "Somebody has locked this file, so that nobody else changes it. Its page says who, and until when."
    ),
    "workspace_full": _l(
        "The files of this workspace may hold %(max)s MB, and this would be more. "
        "Please delete what nobody needs, or ask an administrator for more room."
    ),
    "may_not_upload": _l("You cannot put files here."),
    "upload_gone": _l("This upload has run out, or its place is gone. Please begin again."),
    "upload_busy": _l("Another part of this file is just being taken in."),
    "other_offset": _l("This part does not begin where the last one ended."),
    "other_checksum": _l("This part was damaged on its way."),
    "wrong_type": _l("Parts of files are sent as application/offset+octet-stream."),
    "not_an_archive": _l("This is no ZIP archive that can be unpacked."),
    "archive_too_large": _l(
        "This archive holds more than can be unpacked at once. Please unpack it on your computer."
    ),
    "same_file": _l("This is what the file is already."),
    "too_many_files": _l("These are more than %(max)s files. Please choose fewer at once."),
    "disk_full": _l(
        "The server has no room left for files. Your text is safe; please tell an administrator."
    ),
    "sign_in_failed": _l("This does not match, or this account cannot sign in."),
    "wrong_password": _l("This is not your present password."),
    "wrong_link_password": _l("This is not the password of this link."),
    "wrong_code": _l("This code does not fit. Please wait for the next one and type that."),
    "common_password": _l(
        "This password is too easy to guess. Please take several words that have nothing to do with each "
        "other, or you, or the company."
    ),
    "password_too_short": _l("Please use at least %(min)s characters. A sentence is easy to remember."),
    "last_sign_in_method": _l(
        "This is the last way in that you have. Please add another one first, then remove this."
    ),
    "passkey_not_valid": _l("This passkey did not work. Please try again, or use another way to sign in."),
    "too_many_passkeys": _l("You have %(max)s passkeys. Please remove one first."),
    "too_long_for_a_token": _l("An access key works for a year at most."),
    "link_not_valid": _l("This link has been used, or is too old. Please ask for a new one."),
    "email_taken": _l("This address belongs to another account by now. Nothing has changed."),
    "same_email": _l("This is your address already."),
    "admins_have_no_end": _l("An administrator has to be an employee without an end date."),
    "only_guests_have_a_firm": _l("Only guests belong to a firm."),
    "unknown_firm": _l("There is no such firm."),
    "not_a_domain": _l("Please give domains such as example.com, separated by commas."),
    "not_yourself": _l("You cannot do this to your own account. Another administrator can."),
    "cannot_sign_in": _l("This person cannot sign in. Give access first."),
    "last_admin": _l("Somebody has to be administrator. Make another one first."),
    "changed_meanwhile": _l("Somebody else has changed this meanwhile."),
    "not_an_address": _l(
        "Please give whole addresses that begin with https:// and have no # and no *. "
        "Plain http:// is for this machine only."
    ),
    "owns_workspaces": _l(
        "This person owns workspaces (%(number)s). A guest cannot: they have to be handed over first."
    ),
    "kept_by_directory": _l("The company's directory keeps this person. It has to let them go first."),
    "catching_up": _l("The search is catching up. Please try again in a few minutes."),
    "only_looking": _l(
        "You see what a guest sees, and only look: nothing can be written or changed. To do something yourself, "
        "stop looking first."
    ),
    "guests_own_place": _l(
        "You see what a guest sees, but this is the guest's alone: the account, drafts, keys and ways to sign in "
        "stay closed to you."
    ),
    "not_utf8": _l("This is no text in UTF-8. In Excel, save it as “CSV UTF-8”."),
    "not_a_table": _l("This is no table that can be read."),
    "too_many_rows": _l("Please use at most %(max)s rows at once."),
    "unknown_column": _l("These columns are not known: %(names)s."),
    "no_email_column": _l("The first row has to name the columns, and one of them is email."),
    "not_a_kind": _l("The kind is employee or guest."),
    "not_an_act": _l("This act is not known."),
    "not_a_day": _l("The last day is written as 2027-03-31 or 31.03.2027."),
    "twice_in_table": _l("This address stands in a row above, too."),
    "no_name": _l("Who is new needs a name."),
    "unknown_account": _l("There is no account with this address."),
    "unknown_sponsor": _l("This contact person is no employee who can come in."),
    "kind_stays": _l("An employee does not become a guest by a table, nor the other way round."),
    "not_a_guest": _l("This is for guests only."),
    "grant_too_late": _l("This day is later than access from outside may last."),
    "heir_is_you": _l("You cannot take this yourself: it would let you read. Choose somebody else."),
    "table_gone": _l("This table was used already, or is too old. Please choose it again."),
    "bad_cursor": _l("This is not the cursor of this list."),
    "bad_filter": _l("This cannot be filtered by."),
}


def sentence(code: str, params: dict[str, Any] | None = None) -> str:
    """The sentence for a code; a code without one is a mistake that a house test finds."""
    message = str(MESSAGES.get(code, MESSAGES["not_valid"]))
    return message % (params or {}) if params and "%(" in message else message
