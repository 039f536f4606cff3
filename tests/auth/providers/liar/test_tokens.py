"""ID tokens that lie: whoever believed one of them would sign somebody else in."""

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tests.auth.providers.liar.conftest import Visit, Visiting, refused
from tests.auth.providers.liar.lies import ABSENT, ID_TOKENS, at, gives, says
from tests.auth.providers.liar.provider import CLIENT, HONEST, Lie
from tests.cast import World

#: Unusual, and right: who refuses these locks people out.
HONEST_WAYS = {
    "plainly": HONEST,
    "an audience that is a list": says(aud=[CLIENT]),
    "asked for by us": says(azp=CLIENT),
    "an address that is not verified": says(email_verified=False),
    "nothing about the address": says(email=ABSENT, email_verified=ABSENT),
    "claims that nobody knows": says(amr=["pwd"], tid="x", roles={"a": [1]}),
    "a clock that is a little fast": at(iat=20, nbf=20, exp=320),
    "no hash of the access token": says(at_hash=ABSENT),
    "no session's name": says(sid=ABSENT),
    "no time of the sign-in": says(auth_time=ABSENT),
    "a kind of token in small letters": gives(token_type="bearer"),
    "no name of the key": Lie(sign=lambda provider, claims: provider.signed(claims, kid=None)),
    "a header that needs no understanding": Lie(
        sign=lambda provider, claims: provider.signed(claims, x5t="x", note="y")
    ),
}


@pytest.mark.parametrize("lie", ID_TOKENS.values(), ids=ID_TOKENS.keys())
def test_an_id_token_that_lies_signs_nobody_in(lied_to: Visit, lie: Lie) -> None:
    refused(lied_to.come_in(lie), 400, "sign_in_not_valid")


@pytest.mark.parametrize("way", HONEST_WAYS.values(), ids=HONEST_WAYS.keys())
def test_an_honest_id_token_signs_its_person_in(shared: World, visiting: Visiting, way: Lie) -> None:
    visit = visiting(shared)
    assert visit.come_in(way).status_code == 303
    assert visit.is_in() == "Member"


@pytest.mark.parametrize("subject", ["s" * 255, "a|b c/d:e@f", "~!#$%&*()<>"])
def test_a_subject_is_whatever_printable_ascii_the_provider_likes(
    shared: World, visiting: Visiting, subject: str
) -> None:
    visit = visiting(shared, known=None)
    visit.provider.person["sub"] = subject
    visit.link("member")
    assert visit.come_in().status_code == 303
    assert visit.is_in() == "Member"


def test_subjects_that_differ_in_capitals_or_blanks_are_different_people(lied_to: Visit) -> None:
    """No table may compare them otherwise than byte by byte."""
    lied_to.change(creates_accounts=False)
    for other in ("E-1001", "e-1001 ", " e-1001", "e1001"):
        lied_to.provider.person["sub"] = other
        refused(lied_to.come_in(), 403, "not_invited")


def test_an_id_token_that_was_used_is_not_used_again(lied_to: Visit) -> None:
    provider = lied_to.provider
    claims = provider.claims("nonce-of-somebody-else-0123456789")
    overheard = provider.signed(claims)
    refused(lied_to.come_in(gives(id_token=overheard)), 400, "sign_in_not_valid")


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("alg", ["ES256", "EdDSA", "PS256"])
def test_other_good_algorithms_are_understood(shared: World, visiting: Visiting, alg: str) -> None:
    key = {
        "ES256": lambda: ECKey.generate_key("P-256", parameters={"kid": "curve"}),
        "EdDSA": lambda: OKPKey.generate_key("Ed25519", parameters={"kid": "edwards"}),
        "PS256": lambda: RSAKey.generate_key(2048, parameters={"kid": "padded"}),
    }[alg]()
    visit = visiting(shared)
    visit.provider.published = [key]
    visit.provider.key = key
    assert (
        visit.come_in(Lie(sign=lambda provider, claims: provider.signed(claims, alg=alg))).status_code == 303
    )
