"""Real ids in the place of half of the generated ones, and none where it would undo the world.

What is put in follows from the generated request alone (`random_of`), so a run with the same seed makes the same requests, and a failure
shrinks. Values that are not what the document asks for are left alone: those are to be refused.
"""
import json
import random
import re
import uuid

# Where the part before a parameter does not name its kind.
KINDS = {
    "user_id": "users", "target_id": "targets", "code": "invites", "provider": "providers", "emoji": "marks", "message_id": "messages",
}
# Kinds of ids in bodies and queries, by the name of their field.
FIELDS = {
    "channel_id": "channels", "channel_ids": "channels", "default_channel_id": "channels", "message_id": "messages", "parent_id": "messages",
    "user_id": "users", "user_ids": "users", "author_id": "users", "actor_id": "users", "target_id": "targets", "community_id": "communities",
    "category_id": "categories", "attachment_ids": "attachments", "bot_id": "bots", "roles": "roles",
}
# Cursors and bare ids are of what the operation lists, by the noun of its name where that is not the kind itself.
NOUNS = {"threads": "messages", "pins": "messages", "search": "messages", "members": "users", "bans": "users", "channel_members": "users",
         "presence": "users", "reactions": "users", "blocks": "users", "saved": "messages", "notifications": "notifications"}
CURSORS = {"before", "after", "around", "ids", "id"}
# Texts that lead further than noise does.
TEXTS = {"body_md", "q", "note", "topic", "reason"}
TIMES = {"send_at", "remind_at", "expires_at", "closes_at"}
MARKS = ["👍", "❤️", "🎉", "#️⃣", "🇳🇱"]
# What would take the world or the caller's place in it away, besides everything that is deleted: these take spare things alone. Their last
# parameter is what they change.
LASTING = {
    "channels.update", "channels.archive", "channels.slow_mode", "channels.leave", "channels.mark_unread", "overwrites.set", "messages.purge",
    "messages.edit", "roles.update", "members.update", "members.remove", "bans.set", "mutes.set", "blocks.set", "users.deactivate",
    "channel_members.add", "channel_members.remove", "webhooks.update", "outgoing_webhooks.update", "oauth_providers.update",
}
SPARED = re.compile(r"(create|post|add)$")


def random_of(value):
    """Randomness that is the same for the same value, in each run."""
    return random.Random(json.dumps(value, sort_keys=True, default=told))


def told(value):
    """What stands for a value that is no JSON: its bytes, or the name of its type. What `repr` says of a missing body is another text in each run."""
    return value.hex() if isinstance(value, bytes) else type(value).__name__


def pared(by, value, required):
    """For half of the bodies some of the fields that need not be there: the more there are, the more likely it is that one is refused.

    Where none would be left, all stay: some operations need one field, whichever it is. Bodies without fields are generated besides.
    """
    if by.random() < 0.5:
        return value
    return {name: inner for name, inner in value.items() if name in required or by.random() < 0.4} or value


def is_id(value):
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


class Pools:
    """The ids of a world, by kind."""

    def __init__(self, world):
        self.world = world
        # What must outlast the run. What is closed to the caller stays by itself.
        self.lasting = {json.dumps(one) for kind in [*world["kept"].values(), world["guarded"]] for one in kind}

    def draw(self, by, kind, lasting=False):
        """One of a kind, or None: mostly one that the caller may use, else one that is closed to them."""
        if kind == "marks":
            return by.choice(MARKS)
        parts = ["spare", "foreign"] if lasting else ["kept", "spare", "foreign"]
        parts = [part for part in parts if self.world[part].get(kind)]
        if not parts:
            return None
        open_to = [part for part in parts if part != "foreign"]
        part = by.choice(open_to) if open_to and ("foreign" not in parts or by.random() < 0.8) else "foreign"
        return by.choice(self.world[part][kind])

    def path(self, by, operation, template, given):
        """The path's parameters with real ids for most of them."""
        if by.random() < 0.2:
            return given
        names = re.findall(r"{(\w+)}", template)
        whole = {"hook": "hooks", "media": "media"}.get(template.split("/")[1])
        if whole:
            return self.draw(by, whole) or given
        filled = dict(given)
        for name in names:
            kind = self.kind_of(operation, template, name)
            drawn = self.draw(by, kind, lasting=self.lasts(operation, template) and name == names[-1])
            if drawn is not None:
                filled[name] = drawn
        return filled

    @staticmethod
    def kind_of(operation, template, name):
        if operation == "invites.preview":
            return "previews"
        return KINDS.get(name) or template.split(f"/{{{name}}}")[0].rsplit("/", 1)[1]

    @staticmethod
    def lasts(operation, template):
        return operation in LASTING or operation.split(".")[1] in {
            "delete", "remove", "remove_avatar", "revoke", "end", "unlink", "cancel", "lift", "strip"}

    def undoes(self, operation, template, given):
        """Whether a request would take something of the world away that must stay."""
        names = re.findall(r"{(\w+)}", template)
        return bool(names) and self.lasts(operation, template) and json.dumps(given.get(names[-1])) in self.lasting

    def filled(self, by, operation, value, name=""):
        """A body or a query with real ids and telling texts for some of what it holds."""
        if name in self.world["whole"] and by.random() < 0.7:
            return self.world["whole"][name]
        if isinstance(value, dict):
            return {key: self.filled(by, operation, inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.filled(by, operation, inner, name) for inner in value]
        if is_id(value) and by.random() < 0.85:
            noun = operation.split(".")[0]
            kind = FIELDS.get(name) or (NOUNS.get(noun, noun) if name in CURSORS else None)
            return self.draw(by, kind) or value
        if isinstance(value, str) and value and by.random() < 0.5:
            if operation == "commands.run" and name == "text":
                return by.choice(self.world["commands"])
            if name in TIMES:
                return by.choice(self.world["times"])
            if name in TEXTS:
                return by.choice(self.world["words"])
        return value


# Where addresses in bodies lead: to a name that is reserved for names that do not exist (RFC 6761), so that the server asks no machine.
HOSTS = re.compile(r"(https?://)(?!127\.0\.0\.1)[\w.-]+(:\d+)?", re.I)


def at_home(value):
    """The same body with addresses that lead nowhere."""
    if isinstance(value, dict):
        return {key: at_home(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [at_home(inner) for inner in value]
    return HOSTS.sub(r"\g<1>nowhere.invalid", value) if isinstance(value, str) else value
