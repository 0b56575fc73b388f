"""One tree of errors; each one is a decision that its catcher reads from an attribute."""


class MotcuaError(Exception):
    """Base of everything raised on purpose. The message is for a person: what, where, what to do."""

    told = ""
    """The same in Vietnamese, where staff may see it in the console."""

    def __init__(self, message: str = "", *, told: str = "") -> None:
        self.told = told
        super().__init__(message)


class SettingsError(MotcuaError):
    """The deployment is wrong. `faults` lists all of it at once."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class BadInput(MotcuaError):
    """What somebody gave us cannot be used; nothing of it was kept."""


class Stale(BadInput):
    """Somebody else changed it since it was read; nothing was overwritten."""


class NotAllowed(MotcuaError):
    """A person may not do this; the message says which right is missing or why a rule forbids it."""


class ChannelError(MotcuaError):
    """A platform did not take what we sent; the subclass is what to do about it.

    `code` is the platform's own code ("-216", "10/2018278"), for the log and the staff.
    """

    permanent = False
    """Trying again the same way cannot help."""
    maybe_sent = False
    """The platform may have delivered it: an answer may be repeated, a public post never."""
    alert = False
    """A person has to act (grant, pay, configure); the account pauses meanwhile."""

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        self.code = code
        self.retry_after = retry_after
        """Seconds that the platform asks us to wait, when it said so."""
        super().__init__(f"{message} [{code}]" if code else message)


class TryLater(ChannelError):
    """Nothing was sent: network down before the request, 5xx with a clear refusal, rate limit."""


class OutcomeUnknown(ChannelError):
    """The request went out and no clear answer came back (time-out, cut connection, vague error)."""

    maybe_sent = True


class TokenRejected(ChannelError):
    """The access token is not accepted: renew once, try once more."""


class Unreachable(ChannelError):
    """This person cannot be written to: blocked us, left, never followed."""

    permanent = True


class WindowClosed(ChannelError):
    """The platform's time for answering has passed (Zalo 7 days, Messenger 24 h)."""

    permanent = True


class Refused(ChannelError):
    """The platform refuses this content or these parameters: a fault of ours, not to be repeated."""

    permanent = True


class AccountStopped(ChannelError):
    """The whole account may not send until a person acts: token dead, package, app, policy."""

    alert = True


class PublishingStopped(AccountStopped):
    """The account may publish nothing until a person acts (quota of articles, right to post); answers go on."""
