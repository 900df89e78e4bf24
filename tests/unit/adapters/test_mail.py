import email
import email.policy
import os
import signal
import subprocess
import sys
from email.header import decode_header, make_header
from email.message import EmailMessage
from importlib.resources import files
from pathlib import Path

import attrs
import pendulum
import pytest
from moneyed import Money

from renewkit.adapters.mail import MailFolder, Sender, Writer
from renewkit.adapters.mail.mime import mailbox, unstructured
from renewkit.adapters.mail.sender import mail_address
from renewkit.adapters.mail.speech import speech
from renewkit.adapters.mail.texts import language_chain, load_texts
from renewkit.adapters.mail.writer import Mail, safe_key
from renewkit.books.customer import Contact
from renewkit.books.invoice import Payment
from renewkit.books.subscription import Collection
from renewkit.effects.message import Message
from renewkit.effects.outcome import Sent, Undelivered
from renewkit.errors import ConfigurationError, NotFoundError
from renewkit.testing.messaging import TOPICS, sample_message
from renewkit.values.decline import CustomerAction
from renewkit.values.period import Period

SENDER = Sender(
    "billing@example.com",
    "Example Ltd",
    account=("Example Ltd", "IBAN GB33BUKB20201555555555"),
    link="https://example.com/me",
)
LANGUAGES = ("de", "en", "zh_TW")
PRESETS = ("last_notice", "trial_ending", "card_expiring", "price_change", "call")
NOTICES = ("renewal_notice", "debit_notice", "amount_change", "date_change")
RIGHT_TO_LEFT = "שרה כהן"


def parsed(mail: Mail | Undelivered) -> EmailMessage:
    """Read a mail back with the standard library."""
    assert isinstance(mail, Mail), mail
    message = email.message_from_bytes(mail.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert [] == message.defects
    return message


def body(mail: Mail | Undelivered, kind: str = "plain") -> str:
    """Return one of the bodies of a mail."""
    part = parsed(mail).get_body((kind,))
    assert part is not None
    return part.get_content()


def write(message: Message, sender: Sender | str = SENDER, **options: object) -> Mail | Undelivered:
    """Write a mail in the name of the sample sender."""
    return Writer(sender, **options).write(message)


def about(message: Message, **changes: object) -> Message:
    """Return a message whose invoice is changed."""
    assert message.invoice is not None
    return attrs.evolve(message, invoice=attrs.evolve(message.invoice, **changes))


def paid(topic: str, *amounts: str) -> Message:
    """Return a message about the last of some payments on the sample invoice."""
    message = sample_message(topic=topic)
    invoice = message.invoice
    for number, amount in enumerate(amounts, 1):
        invoice = invoice.receive(Payment(f"pay_{number}", Money(amount, "USD"), at=message.at, method="card"))
    return attrs.evolve(message, invoice=invoice, amount=None, note=f"pay_{len(amounts)}")


# What a mail says


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", [*TOPICS, *PRESETS, *NOTICES])
@pytest.mark.parametrize("collection", list(Collection))
@pytest.mark.parametrize("is_bare", [False, True])
def test_every_topic_can_be_written(language: str, topic: str, collection: Collection, is_bare: bool) -> None:
    """Each topic has a text in each language, for cards and transfers, with all facts and with the fewest."""
    message = sample_message(topic=topic, locale=language, collection=collection, is_bare=is_bare)
    mail = parsed(write(message))
    assert mail["subject"]
    assert "{" not in body(write(message)) + body(write(message), "html")


def test_languages_have_the_same_places() -> None:
    """What one language says, every other says too."""
    places = {language: set(load_texts(language).places) for language in LANGUAGES}
    assert dict.fromkeys(LANGUAGES, places["en"]) == places


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", [action.value for action in CustomerAction])
def test_every_action_is_asked_for_in_words(language: str, action: str) -> None:
    """Whatever a decline asks of the customer has a sentence of its own."""
    assert load_texts(language).knows(f"topic.payment_failed.note.{action}")


def test_an_invoice_says_what_for_how_much_and_how() -> None:
    """A transfer needs the amount, the day, the reference and the account."""
    message = sample_message(collection=Collection.INVOICE)
    text = body(write(message))
    wanted = (
        "$60.00",
        "January 1, 2024",
        message.invoice.reference,
        "IBAN GB33BUKB20201555555555",
        "seats × 12: $60.00",  # noqa: RUF001  the sign itself
    )
    assert [] == [words for words in (*wanted, "January 31, 2024", "default-2024-000001") if words not in text]


def test_a_charge_asks_for_nothing() -> None:
    """Who pays by card is told the amount, and shown neither reference nor account."""
    message = sample_message()
    text = body(write(message))
    assert "We will charge $60.00" in text
    assert "IBAN" not in text
    assert message.invoice.reference not in text


def test_a_charge_that_cannot_be_made_is_not_promised() -> None:
    """Without an instrument, or after the last attempt, the customer is asked to act."""
    message = sample_message(topic="overdue")
    without = attrs.evolve(message, customer=attrs.evolve(message.customer, instrument=None))
    assert "Please update it" in body(write(without))
    assert "Please update it" in body(write(about(message, given_up="hard decline")))


def test_a_failed_payment_says_why_and_when_again() -> None:
    """The action, the next attempt and the end of grace stand in the customer's own days."""
    message = attrs.evolve(sample_message(topic="payment_failed"), note="contact_bank")
    text = body(write(about(message, retry_at=pendulum.datetime(2024, 1, 3))))
    assert "contact your bank" in text
    assert "try again on January 3, 2024" in text
    assert "until January 15, 2024" in text


def test_an_action_of_tomorrow_has_a_general_sentence() -> None:
    """A note that nobody has a sentence for never stands in a mail itself."""
    text = body(write(attrs.evolve(sample_message(topic="payment_failed"), note="dance")))
    assert "dance" not in text
    assert "check your payment method" in text


def test_days_that_are_over_are_not_promised() -> None:
    """Once grace is over, nobody is told that service goes on."""
    late = attrs.evolve(sample_message(topic="overdue"), at=pendulum.datetime(2024, 1, 20))
    assert "continues" not in body(write(late))


def test_a_receipt_is_about_its_payment() -> None:
    """The amount is what came in, and the rest is said to be open."""
    text = body(write(paid("receipt", "20.00")))
    assert "payment of $20.00" in text
    assert "$40.00 is still open" in text


def test_a_receipt_of_the_last_payment_closes_the_invoice() -> None:
    """Paid in full is said, with the number."""
    text = body(write(paid("receipt", "20.00", "40.00")))
    assert "payment of $40.00" in text
    assert "Invoice default-2024-000001 is now paid in full" in text


def test_a_duplicate_payment_names_what_came_on_top() -> None:
    """Only the excess is talked about."""
    assert "received $15.00 on top" in body(write(paid("duplicate_payment", "60.00", "15.00")))


def test_an_ended_contract_names_its_last_day() -> None:
    """The first day without service is not the day on which it ended."""
    message = attrs.evolve(sample_message(topic="ended", is_bare=True), on=pendulum.Date(2024, 2, 1), note="unpaid")
    text = body(write(message))
    assert "ended on January 31, 2024" in text
    assert "had not arrived in time" in text


def test_names_stand_for_ids() -> None:
    """The host's words for trades and items replace their ids, by language."""
    names = {"en": {"seats": "Team seats"}, "zh_TW": {"seats": "席位"}}
    assert "Team seats × 12" in body(write(sample_message(), names=names))  # noqa: RUF001  the sign itself
    assert "席位 × 12" in body(write(sample_message(locale="zh-TW"), names=names))  # noqa: RUF001  the sign itself


def test_an_agent_is_not_greeted_as_the_customer() -> None:
    """What goes to the agent names the customer in the text, and nobody in the address."""
    message = sample_message(topic="call", address="agent@example.com")
    customer = attrs.evolve(message.customer, agent=message.to[0], contacts=())
    mail = write(attrs.evolve(message, customer=customer))
    assert "agent@example.com" == parsed(mail)["to"]
    assert "Hello," == body(mail).splitlines()[0]
    assert "Ada Lovelace owes $60.00 for seats" in body(mail)


def test_a_renewal_with_an_invoice_says_how_to_pay_it() -> None:
    """Once the invoice is there, a reminder of the renewal does not promise to send one."""
    message = sample_message(topic="upcoming", collection=Collection.INVOICE)
    assert f"quote the reference {message.invoice.reference}" in body(write(message))
    bare = sample_message(topic="upcoming", collection=Collection.INVOICE, is_bare=True)
    assert "We will send you an invoice" in body(write(bare))


def test_a_message_without_an_amount_is_about_what_is_open() -> None:
    """The invoice says how much."""
    assert "$60.00" in parsed(write(attrs.evolve(sample_message(), amount=None)))["subject"]


def test_several_items_are_counted() -> None:
    """A contract with several items names the first and says how many more there are."""
    message = sample_message()
    item = message.subscription.items[0]
    more = attrs.evolve(message.subscription, items=(item, attrs.evolve(item, id="storage", quantity=1)))
    assert parsed(write(attrs.evolve(message, subscription=more)))["subject"].endswith("for seats and 1 more")


def test_the_tax_office_of_taiwan_reads_its_own_script() -> None:
    """Traditional Chinese, dates and dollars as they are written in Taiwan."""
    text = body(write(sample_message(locale="zh_Hant_TW", name="王小明")))
    assert text.startswith("王小明 您好：")  # noqa: RUF001  the sign itself
    assert "2024年1月1日" in text
    assert "US$60.00" in text


def test_a_text_that_cannot_be_filled_does_not_leave(tmp_path: Path) -> None:
    """A host's text that needs what the message does not have is undelivered, and says which fact was missing."""
    (tmp_path / "en.toml").write_text('[topic.invoice]\nlead = "Paid by {method}."\n', "utf-8")
    outcome = write(sample_message(), texts=tmp_path)
    assert isinstance(outcome, Undelivered)
    assert outcome.is_permanent
    assert "method for the text topic.invoice.lead in en" in outcome.reason


def test_a_host_can_write_texts_of_its_own(tmp_path: Path) -> None:
    """A place replaces ours, a topic of the host's is added, and the rest stays."""
    birthday = '[topic.birthday]\nsubject = "Cheers"\nheading = "Cheers"\nlead = "{name}!"\n'
    (tmp_path / "en.toml").write_text(f'[topic.invoice]\nsubject = "100 % {{what}}"\n{birthday}', "utf-8")
    assert "100 % seats" == parsed(write(sample_message(), texts=tmp_path))["subject"]
    assert "Ada Lovelace!" in body(write(sample_message(topic="birthday"), texts=tmp_path))
    assert "due on" in body(write(sample_message(topic="due"), texts=tmp_path))


def test_a_host_can_write_another_language(tmp_path: Path) -> None:
    """A file of a language that we do not have serves its customers."""
    english = files("renewkit.adapters.mail").joinpath("locale", "en.toml").read_text("utf-8")
    (tmp_path / "fr.toml").write_text(english.replace("Your invoice", "Votre facture"), "utf-8")
    text = body(write(sample_message(locale="fr_FR"), texts=tmp_path), "html")
    assert "Votre facture" in text
    assert "1 janvier 2024" in text.replace("1er", "1")


@pytest.mark.parametrize("text", ["[topic", '[a]\nb = "{"\n', '[a]\nb = "{Amount}"\n', "[a]\nb = []\n", "[a]\nb = 1\n"])
def test_a_file_of_texts_that_does_not_read_is_refused(tmp_path: Path, text: str) -> None:
    """A broken file is the host's mistake, with its place named."""
    (tmp_path / "en.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=r"en\.toml"):
        load_texts("en", tmp_path)


def test_a_missing_place_is_named() -> None:
    """A text that is not there says which one."""
    with pytest.raises(NotFoundError, match=r"topic\.nothing"):
        load_texts("en").say("topic.nothing", {})


# In which language


@pytest.mark.parametrize(
    ("locale", "chain"),
    [
        ("zh_TW", ("zh_TW", "zh", "en")),
        ("zh-Hant-HK", ("zh_TW", "zh", "en")),
        ("zh_HK", ("zh_TW", "zh", "en")),
        ("zh-Hans-CN", ("zh_Hans", "zh_CN", "zh", "en")),
        ("en_GB.UTF-8", ("en_GB", "en")),
        ("de_DE@euro", ("de_DE", "de", "en")),
        ("es-419", ("es_419", "es", "en")),
        ("", ("en",)),
        ("C", ("en",)),
        ("../../secret", ("en",)),
    ],
)
def test_the_chain_of_languages(locale: str, chain: tuple[str, ...]) -> None:
    """BCP 47 and POSIX names lead from the nearest language to English, and never out of the folder."""
    assert chain == language_chain(locale)


def test_an_unknown_language_is_english_throughout() -> None:
    """Dates follow the language of the text, so that no mail mixes two."""
    text = body(write(sample_message(locale="fr_FR")))
    assert "January 1, 2024" in text


def test_a_territory_keeps_its_way_of_writing() -> None:
    """British English has the text of English and the dates of Britain."""
    assert "1 January 2024" in body(write(sample_message(locale="en-GB")))


@pytest.mark.parametrize("locale", ["en_XX", "en_US_POSIX", "en_Latn_GB_oxendict"])
def test_a_locale_that_babel_does_not_know_is_no_hindrance(locale: str) -> None:
    """What is too special falls back to its language."""
    assert speech(locale, "en").tag.startswith("en")


@pytest.mark.parametrize(
    ("amount", "code", "text"),
    [("500", "JPY", "¥500"), ("1.005", "BHD", "BHD\xa01.005"), ("299", "TWD", "NT$299"), ("299.5", "TWD", "NT$299.50")],
)
def test_amounts_have_the_decimals_of_their_currency(amount: str, code: str, text: str) -> None:
    """All minor units are shown; whole Taiwan dollars without the cents that nobody writes."""
    assert text == speech("en", "en").money(Money(amount, code))


# How it is encoded


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_message_gives_the_same_bytes(language: str) -> None:
    """Two writers make one and the same mail."""
    message = sample_message(locale=language)
    assert write(message) == write(message)
    assert write(message).data == write(message).data


def test_another_process_makes_the_same_bytes() -> None:
    """Hash seeds and the machine's own zone and language have no say."""
    program = (
        "import hashlib; from renewkit.adapters.mail import Writer; "
        "from renewkit.testing.messaging import sample_message;"
        "print(hashlib.sha256(Writer('B <b@example.com>').write(sample_message(locale='zh_TW')).data).hexdigest())"
    )
    settings = ({"PYTHONHASHSEED": "1", "TZ": "Asia/Taipei", "LC_ALL": "C"}, {"PYTHONHASHSEED": "2", "TZ": "UTC"})
    answers = {
        subprocess.run([sys.executable, "-c", program], env=os.environ | own, capture_output=True, check=True).stdout
        for own in settings
    }
    assert 1 == len(answers)


def test_a_mail_is_plain_ascii_in_short_lines() -> None:
    """Every server on the way may pass it on: 7 bits, CRLF, at most 78 characters a line where the standard says so."""
    mail = write(sample_message(locale="zh_TW", name="王小明" * 20))
    assert isinstance(mail, Mail)
    assert mail.data.isascii()
    lines = mail.data.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 78


def test_the_headers_say_who_when_and_which() -> None:
    """Date, sender, addressee and Message-ID come from the message alone."""
    mail = parsed(write(sample_message(), sender=attrs.evolve(SENDER, reply_to="help@example.com")))
    expected = {
        "date": "Mon, 01 Jan 2024 09:00:00 +0000",
        "from": "Example Ltd <billing@example.com>",
        "to": "Ada Lovelace <ada@example.com>",
        "reply-to": "help@example.com",
        "subject": "Invoice default-2024-000001: $60.00 for seats",
        "message-id": "<msg_sample@example.com>",
        "auto-submitted": "auto-generated",
        "content-language": "en",
    }
    assert expected == {name: str(mail[name]) for name in expected}
    assert ["text/plain", "text/html"] == [part.get_content_type() for part in mail.iter_parts()]


@pytest.mark.parametrize("name", ["王小明", RIGHT_TO_LEFT, 'O\'Neil, "Bo" \\ <x>', "=?utf-8?q?x?=", "Ada."])
def test_a_display_name_comes_back(name: str) -> None:
    """Names are quoted or encoded so that they read back, whatever they hold."""
    mail = parsed(write(sample_message(name=name)))
    (address,) = mail["to"].addresses
    assert (name, "ada@example.com") == (address.display_name, address.addr_spec)


@pytest.mark.parametrize("name", ["Ä" * 90, "a b" * 40, "王小明" * 30])
def test_a_long_name_comes_back(name: str) -> None:
    """A name over several encoded words reads back as one (RFC 2047; the newer parser follows it in subjects only)."""
    mail = write(sample_message(name=name))
    assert isinstance(mail, Mail)
    raw = email.message_from_bytes(mail.data)["to"]
    assert f"{name} <ada@example.com>" == str(make_header(decode_header(raw)))


def test_a_long_subject_comes_back(tmp_path: Path) -> None:
    """A subject over several encoded words reads back as one."""
    (tmp_path / "en.toml").write_text(f'[topic.invoice]\nsubject = "{"帳單 and " * 20}"\n', "utf-8")
    assert "帳單 and " * 20 == parsed(write(sample_message(), texts=tmp_path))["subject"]


@pytest.mark.parametrize(
    "name", ["Ada\r\nBcc: eve@example.com", "Ada\nBcc: eve@example.com", "Ada\x00\x1b[2J", "Ada\ud800"]
)
def test_a_name_adds_no_header(name: str) -> None:
    """Line breaks, control characters and half characters in a name are blanks."""
    mail = parsed(write(sample_message(name=name)))
    assert mail["bcc"] is None
    assert mail["to"].addresses[0].display_name.startswith("Ada")
    assert 1 == len(mail["to"].addresses)


def test_a_name_cannot_hold_markup() -> None:
    """In HTML a name is text."""
    html = body(write(sample_message(name="<script>alert(1)</script>")), "html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_short_ascii_stays_readable() -> None:
    """A subject that needs no encoding has none."""
    assert "Your invoice" == unstructured("Your invoice")
    assert "ada@example.com" == mailbox("ada@example.com")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ada@example.com", "ada@example.com"),
        ("o'neil+x@mail.example.co.uk", "o'neil+x@mail.example.co.uk"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("zoë@example.com", None),
        ("ada", None),
        ("@example.com", None),
        ("ada@", None),
        ("a@b@example.com", None),
        (".ada@example.com", None),
        ("a..b@example.com", None),
        ("ada@-example.com", None),
        ("ada@exa mple.com", None),
        ("ada@example.com>\r\nRCPT TO:<eve@example.com", None),
        ("ada@" + "ü" * 80 + ".example", None),
        ("ada@" + ".".join(["a" * 60] * 5), None),
    ],
)
def test_addresses_that_smtp_can_carry(address: str, expected: str | None) -> None:
    """Domains are put into ASCII; what plain SMTP cannot carry is no address."""
    assert expected == mail_address(address)


def test_an_address_that_cannot_be_mailed_is_undelivered() -> None:
    """The reason does not repeat it."""
    outcome = write(sample_message(address="zoë@example.com"))
    assert isinstance(outcome, Undelivered)
    assert outcome.is_permanent
    assert "zoë" not in outcome.reason


def test_the_first_email_address_is_taken() -> None:
    """Other channels are somebody else's."""
    contacts = (Contact("sms", "+44"), Contact("email", "one@example.com"), Contact("email", "two@example.com"))
    mail = write(attrs.evolve(sample_message(), to=contacts))
    assert isinstance(mail, Mail)
    assert "one@example.com" == mail.to


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"address": ""}, "to send from"),
        ({"address": "billing"}, "mail address"),
        ({"address": "b@example.com", "reply_to": "x"}, "mail address"),
        ({"address": "b@example.com", "link": "javascript:alert(1)"}, "link"),
        ({"address": "b@example.com", "link": 'https://x"onclick="'}, "link"),
    ],
)
def test_a_sender_that_cannot_send_is_refused(options: dict[str, str], match: str) -> None:
    """The mistake shows when the host starts, not with the first mail."""
    with pytest.raises(ConfigurationError, match=match):
        Sender(**options)


@pytest.mark.parametrize("key", ["../../etc/x", "a b", "ключ", "x" * 61, ""])
def test_a_foreign_key_becomes_a_safe_one(key: str) -> None:
    """File names and headers hold keys of our own alphabet."""
    assert safe_key(key).isascii()
    assert safe_key(key).replace("_", "").isalnum()


# The folder


def test_the_file_is_named_for_day_topic_and_key(tmp_path: Path) -> None:
    """The day is the customer's."""
    message = sample_message(topic="a/b")
    own = '[topic."a/b"]\nsubject = "S"\nheading = "H"\nlead = "L"\n'
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "en.toml").write_text(own, "utf-8")
    folder = MailFolder(tmp_path / "mails", sender=SENDER, texts=texts)
    late = attrs.evolve(
        message, at=pendulum.datetime(2024, 1, 31, 20), customer=attrs.evolve(message.customer, zone="Asia/Taipei")
    )
    assert "msg_sample@example.com" == folder.send(late).id
    assert ["2024-02-01-a_b-msg_sample.eml"] == [file.name for file in (tmp_path / "mails").iterdir()]


def test_a_key_with_a_dash_is_known_again(tmp_path: Path) -> None:
    """A folder that is opened again knows every key in it."""
    message = sample_message("msg-with-dashes")
    first = MailFolder(tmp_path, sender=SENDER).send(message)
    later = attrs.evolve(message, at=message.at.add(days=3))
    assert first == MailFolder(tmp_path, sender=SENDER).send(later)
    assert 1 == len(list(tmp_path.iterdir()))


def test_two_folders_at_one_place_write_one_file(tmp_path: Path) -> None:
    """Two writers that know nothing of one another make the file of one."""
    first, second = (MailFolder(tmp_path, sender=SENDER) for _ in range(2))
    assert first.send(sample_message()) == second.send(sample_message())
    assert 1 == len(list(tmp_path.iterdir()))


def test_a_place_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """The mistake shows when the host starts."""
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ConfigurationError):
        MailFolder(tmp_path / "file", sender=SENDER)


def test_it_says_that_it_knows_keys(tmp_path: Path) -> None:
    """The engine may repeat itself."""
    assert MailFolder(tmp_path, sender="Example <b@example.com>").capabilities.dedupes


CHILD = """
import os, signal, sys
from renewkit.adapters.mail import folder
from renewkit.testing.messaging import sample_message

path, die_at, where = sys.argv[1], int(sys.argv[2]), sys.argv[3]
write, count = os.pwrite, 0

def dying(file, data, offset):
    global count
    count += 1
    if count == die_at:
        write(file, data[:100] if where == "half" else data, offset)
        os.kill(os.getpid(), signal.SIGKILL)
    return write(file, data, offset)

folder.os.pwrite = dying
messenger = folder.MailFolder(path, sender="Example <billing@example.com>")
for n in range(6):
    messenger.send(sample_message(f"msg_{n}", name="Ada" * n, locale=("en", "zh_TW")[n % 2]))
"""


def run(path: Path, die_at: int = 0, where: str = "") -> int:
    """Write six messages in a process that may die at one of them."""
    return subprocess.run([sys.executable, "-c", CHILD, str(path), str(die_at), where], check=False).returncode


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is what a POSIX system has")
def test_a_killed_writer_leaves_the_folder_of_an_undisturbed_one(tmp_path: Path) -> None:
    """Killed half-way through a file and before its name, and started again, it ends with the same files and bytes."""
    quiet, rough = tmp_path / "quiet", tmp_path / "rough"
    assert 0 == run(quiet)
    assert -signal.SIGKILL == run(rough, 3, "half")
    assert -signal.SIGKILL == run(rough, 2, "whole")
    assert 0 == run(rough)
    assert {file.name: file.read_bytes() for file in quiet.iterdir()} == {
        file.name: file.read_bytes() for file in rough.iterdir()
    }


@pytest.mark.parametrize("is_there", [True, False])
def test_a_draft_that_another_writer_named_is_a_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    """Whoever names the file first, the message has gone out; a draft that is simply lost is a failure for now."""
    rename = os.replace

    def late(draft: str, final: str) -> None:
        if is_there:
            rename(draft, final)
        raise FileNotFoundError(2, "No such file or directory")

    folder = MailFolder(tmp_path, sender=SENDER)
    monkeypatch.setattr(os, "replace", late)
    failure = Undelivered("the mail folder: No such file or directory", is_permanent=False)
    answer = folder.send(sample_message())
    assert isinstance(answer, Sent) if is_there else failure == answer


# Proof of sending


def test_a_mail_proves_itself(tmp_path: Path) -> None:
    """Channel, version of the text and fingerprint of what was rendered; the same again from the file alone."""
    message = sample_message(topic="upcoming")
    sent = MailFolder(tmp_path, sender=SENDER).send(message)
    mail = write(message)
    assert isinstance(mail, Mail)
    version = load_texts("en").version("upcoming")
    assert ("email", f"upcoming/en/{version}", mail.proof) == (sent.channel, sent.template, sent)
    assert sent == MailFolder(tmp_path, sender=SENDER).send(message)


def test_a_mail_that_cannot_be_read_again_keeps_its_id(tmp_path: Path) -> None:
    """Taken away, or written by another version: nothing is claimed that is not known."""
    message = sample_message(topic="upcoming")
    for name in ("gone", "bare"):
        folder = MailFolder(tmp_path / name, sender=SENDER)
        sent = folder.send(message)
        (file,) = (tmp_path / name).iterdir()
        file.unlink() if name == "gone" else file.write_bytes(b"Subject: x\r\n\r\n")
        assert Sent(sent.id) == folder.send(message)


def test_another_text_is_another_version(tmp_path: Path) -> None:
    """Whoever changes a sentence changes the version, and of that topic alone."""
    (tmp_path / "en.toml").write_text('[topic.invoice]\nlead = "Pay."\n', "utf-8")
    ours, theirs = load_texts("en"), load_texts("en", tmp_path)
    assert ours.version("invoice") != theirs.version("invoice")
    assert ours.version("upcoming") == theirs.version("upcoming")


def test_a_late_fee_has_a_name_in_every_language() -> None:
    """On the invoice that bills it; neither the end of service nor the end of the contract is threatened."""
    message = about(sample_message(topic="invoice", collection=Collection.INVOICE), fee_for="inv_1")
    line = attrs.evolve(message.invoice.lines[0], item="late_fee", quantity="1")
    assert "Late fee" in body(write(about(message, lines=(line,))))


def test_a_notice_names_period_and_last_day_to_refuse() -> None:
    """Before there is an invoice, and so without one."""
    message = attrs.evolve(
        sample_message(topic="renewal_notice", is_bare=True),
        on=pendulum.Date(2024, 3, 1),
        period=Period(pendulum.Date(2024, 3, 1), pendulum.Date(2025, 3, 1)),
        refuse_by=pendulum.Date(2024, 2, 29),
        amount=Money("10", "USD"),
    )
    text = body(write(message))
    assert "February 28, 2025" in text
    assert "February 29, 2024" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_last_notice_says_what_will_happen(language: str) -> None:
    """That service will stop and that the contract will end are two notices."""
    notices = [
        body(write(attrs.evolve(sample_message(topic="last_notice", locale=language), note=note)))
        for note in ("suspension", "termination", "")
    ]
    assert 3 == len(set(notices))
