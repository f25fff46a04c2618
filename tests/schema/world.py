"""A world for one role: a community with something of everything, people beside the role, and secrets that the role may not learn.

`World.made(base, role)` makes it by the API alone and answers what the hooks need (`hooks.py`): the role's token, ids of things that are
there, and the secrets. The ids come in three parts: what stays (`kept`), what may be changed for good or deleted (`spare`), and what
exists and is closed to the role (`foreign`).
"""
import base64
import secrets
import time

import requests

WITHIN_S = 30
POLL_S = 0.1
# Beside each secret in what only others may read, so that a search for it has something to find.
WORD = "treasure"
# Scopes of the bot's token; everything that needs another one is refused.
BOT_SCOPES = ["channels:read", "messages:read"]
ALL_SCOPES = ["messages:read", "messages:write", "channels:read", "channels:write", "commands:write"]
# What an admin has by a custom role: all that a built-in admin may.
MANAGES = [
    "manage_channels", "manage_members", "manage_messages", "manage_roles", "manage_webhooks", "manage_bots", "manage_community",
    "kick_members", "ban_members", "mute_members", "pin_messages", "view_audit",
]
# The system owner comes last: it changes the settings.
ROLES = ["nobody", "guest", "member", "admin", "owner", "bot", "system-owner"]
# The roles that see what is closed to plain members: who may manage can open it.
MANAGERS = {"admin", "owner"}
MEMBERS = MANAGERS | {"member", "system-owner"}
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
PUSH_KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
FAR = "2090-01-01T00:00:00Z"


class Refused(Exception):
    """A request of the world's own that was not answered as it must be."""


class Person:
    """Somebody with a token."""

    def __init__(self, base, token, user=None):
        self.base, self.token, self.user = base, token, user
        self.id = user["id"] if user else None

    @classmethod
    def signed_in(cls, base, name, device="a terminal"):
        answer = requests.post(f"{base}/auth/dev", json={"username": name}, headers={"User-Agent": device}, timeout=WITHIN_S)
        if answer.status_code != 200:
            raise Refused(f"{name} can't sign in: {answer.status_code} {answer.text}")
        said = answer.json()
        return cls(base, said["token"], said["user"])

    def ask(self, method, path, body=None, **more):
        answer = requests.request(
            method, f"{self.base}{path}", json=body, timeout=WITHIN_S, headers={"Authorization": f"Bearer {self.token}"}, **more)
        if not answer.ok:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body=None, **more):
        return self.ask("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.ask("PUT", path, body, **more)


def until(what, found):
    """What `found` answers as soon as it is something."""
    end = time.monotonic() + WITHIN_S
    while not (value := found()):
        if time.monotonic() > end:
            raise Refused(f"{what} did not come about")
        time.sleep(POLL_S)
    return value


def system_owner(base):
    """The system's owner, who founds the first community, and lets everybody found more."""
    owner = Person.signed_in(base, "schema-system-owner")
    if not owner.get("/api/communities")["items"]:
        owner.post("/api/communities", {"name": "First", "slug": "first"})
    settings = {
        "create_communities": "everybody", "sign_up": "open", "edit_window_s": 3600, "upload_max_bytes": 10485760, "link_previews": False,
        "message_retention_days": None, "audit_retention_days": None,
    }
    owner.ask("PATCH", "/api/system/settings", settings)
    return owner


class World:
    """What is made for one role, step by step."""

    def __init__(self, base, role):
        self.base, self.role, self.run = base, role, secrets.token_hex(3)
        self.kept, self.spare, self.foreign, self.secrets, self.guarded = {}, {}, {}, {}, []
        self.system = system_owner(base)
        self.keeper = self.person("keeper", device=self.secret("the device of another's session", but={"system-owner"}))
        self.fellow = self.person("fellow")

    @classmethod
    def made(cls, base, role):
        world = cls(base, role)
        world.communities()
        world.me = world.caller()
        world.places()
        world.closed_places()
        world.talk()
        world.own_things()
        world.programs()
        world.moderated()
        world.system_things()
        return world

    def person(self, name, device="a terminal"):
        return Person.signed_in(self.base, f"{self.role}-{name}-{self.run}", device)

    def secret(self, what, but):
        """A text that answers to this role must not hold, unless the role is one of `but`."""
        text = f"canary{secrets.token_hex(6)}"
        if self.role not in but:
            self.secrets[text] = what
        return text

    def hide(self, text, what):
        """The same for a text that the server chose."""
        self.secrets[text] = what

    def add(self, part, kind, *ids):
        part.setdefault(kind, []).extend(ids)

    def joins(self, person, community):
        invite = self.keeper.post(f"/api/communities/{community}/invites", {})
        person.post(f"/api/invites/{invite['code']}/accept")

    def communities(self):
        """One community that all is about, and one of other people."""
        found = lambda by, name: by.post("/api/communities", {"name": name, "slug": f"{self.role[:6]}-{secrets.token_hex(4)}"})
        self.home = found(self.keeper, "Home")["id"]
        self.add(self.kept, "communities", self.home)
        self.joins(self.fellow, self.home)
        self.victims = [self.person(f"victim{n}") for n in range(6)]
        for victim in self.victims:
            self.joins(victim, self.home)
        self.add(self.spare, "users", *[victim.id for victim in self.victims])
        self.stranger = self.person("stranger")
        name = self.secret("the name of another community", but=set())
        annex = found(self.stranger, f"Annex {name}")["id"]
        self.add(self.foreign, "communities", annex)
        annexed = self.stranger.get(f"/api/communities/{annex}/channels")["items"][0]["id"]
        self.add(self.foreign, "channels", annexed)
        text = self.secret("a message of another community", but=set())
        self.add(self.foreign, "messages", self.stranger.post(f"/api/channels/{annexed}/messages", {"body_md": f"{WORD} {text}"})["id"])
        self.add(self.kept, "users", self.keeper.id, self.fellow.id)
        self.add(self.foreign, "users", self.stranger.id)

    def caller(self):
        """Who the role is, with what makes it that."""
        if self.role == "nobody":
            return Person(self.base, None)
        if self.role == "bot":
            return self.bot_caller()
        if self.role == "system-owner":
            person = Person.signed_in(self.base, "schema-system-owner")
        else:
            person = self.person("caller")
        if self.role == "guest":
            self.add(self.kept, "users", person.id)
            return person
        self.joins(person, self.home)
        self.add(self.kept, "users", person.id)
        at = f"/api/communities/{self.home}/members/{person.id}"
        if self.role == "owner":
            self.keeper.ask("PATCH", at, {"role": "owner"})
        if self.role == "admin":
            role = self.keeper.post(f"/api/communities/{self.home}/roles", {"name": "stewards", "permissions": MANAGES, "position": 50})
            self.keeper.ask("PATCH", at, {"roles": [role["id"]]})
            self.add(self.foreign, "roles", role["id"])
        if self.role == "owner":
            mine = person.post("/api/communities", {"name": "Spare", "slug": f"spare-{secrets.token_hex(4)}"})
            self.add(self.spare, "communities", mine["id"])
        return person

    def bot_caller(self):
        bot = self.keeper.post(f"/api/communities/{self.home}/bots", {"name": "Watcher", "scopes": BOT_SCOPES})
        token = self.keeper.post(f"/api/bots/{bot['id']}/tokens", {"scopes": BOT_SCOPES})
        self.add(self.kept, "users", bot["user_id"])
        self.add(self.foreign, "bots", bot["id"])
        self.add(self.foreign, "tokens", token["id"])
        return Person(self.base, token["token"], {"id": bot["user_id"]})

    @property
    def is_member(self):
        return self.role not in ("nobody", "guest")

    def channel(self, name, **more):
        return self.keeper.post(f"/api/communities/{self.home}/channels", {"name": name, **more})["id"]

    def comes(self, channel):
        """The caller joins a public channel, or is added to a private one."""
        if self.is_member:
            self.keeper.put(f"/api/channels/{channel}/members/{self.me.id}")

    def says(self, person, channel, text, **more):
        return person.post(f"/api/channels/{channel}/messages", {"body_md": text, **more})["id"]

    def places(self):
        """Categories and channels that the role sees, half of them joined."""
        part = self.kept if self.is_member else self.foreign
        spare = self.spare if self.is_member else self.foreign
        for name, where in [("Halls", part), ("Cellars", spare), ("Attics", spare)]:
            self.add(where, "categories", self.keeper.post(f"/api/communities/{self.home}/categories", {"name": name})["id"])
        self.lobby, self.club = self.channel("lobby"), self.channel("club", visibility="private")
        for channel in (self.lobby, self.club):
            self.comes(channel)
            self.fellow.post(f"/api/channels/{self.lobby}/join")
        self.add(part, "channels", self.lobby, self.club, self.channel("aside"))
        for n in range(8):
            channel = self.channel(f"spare{n}")
            self.add(spare, "channels", channel)
            if n % 2:
                self.comes(channel)
        made = lambda name: self.keeper.post(f"/api/communities/{self.home}/roles", {"name": name, "permissions": ["pin_messages"], "position": 1})
        self.helpers = made("helpers")["id"]
        self.add(part, "roles", self.helpers)
        self.add(spare, "roles", *[made(f"spare{n}")["id"] for n in range(4)])
        self.add(part, "targets", self.home, self.helpers, self.fellow.id)
        self.add(spare, "targets", *self.spare["users"])

    def closed_places(self):
        """Where the role is not: a private channel, one that an overwrite closes, and conversations of others."""
        shut, opened = set(), MANAGERS
        name, topic = (self.secret(f"the {what} of a private channel", shut) for what in ("name", "topic"))
        vault = self.channel(f"vault-{name}", visibility="private", topic=f"{WORD} {topic}")
        self.vault = vault
        self.keeper.put(f"/api/channels/{vault}/members/{self.fellow.id}")
        cellar = self.channel("cellar")
        self.keeper.put(f"/api/channels/{cellar}/overwrites/{self.home}", {"deny": ["view_channel"]})
        direct = self.keeper.post("/api/dms", {"user_ids": [self.fellow.id]})["id"]
        group = self.keeper.post("/api/dms", {"user_ids": [self.fellow.id, self.victims[0].id]})["id"]
        self.add(self.foreign, "channels", vault, cellar, direct, group)
        self.add(self.foreign, "dms", direct, group)
        for channel, what, but in [
            (vault, "private channel", shut), (cellar, "channel that an overwrite closes", opened), (direct, "direct message", shut),
            (group, "group of others", shut),
        ]:
            self.closed_talk(channel, what, but)

    def closed_talk(self, channel, what, but):
        text = lambda kind: f"{WORD} {self.secret(f'{kind} of a {what}', but)}"
        first = self.says(self.keeper, channel, text("a message"))
        reply = self.says(self.keeper, channel, text("a reply"), parent_id=first)
        poll = {"question": text("the question"), "options": [text("an option"), "no"]}
        asked = self.keeper.post(f"/api/channels/{channel}/messages", {"poll": poll})["id"]
        picture = self.picture(channel, self.secret(f"the name of a file of a {what}", but))
        shown = self.says(self.keeper, channel, "look", attachment_ids=[picture])
        pinned = self.says(self.keeper, channel, text("a pinned message"))
        self.keeper.put(f"/api/messages/{pinned}/pin")
        gone = self.says(self.keeper, channel, text("a deleted message"))
        self.keeper.ask("DELETE", f"/api/messages/{gone}")
        self.add(self.foreign, "attachments", picture)
        self.add(self.foreign, "messages", first, reply, asked, shown, pinned, gone)
        self.says(self.keeper, channel, f"@<user:{self.fellow.id}> {text('a mention')}")

    def picture(self, channel, name, by=None):
        file = {"file": (f"{name}.png", PNG, "image/png")}
        made = (by or self.keeper).post(f"/api/channels/{channel}/attachments", files=file)
        return made["id"]

    def talk(self):
        """Messages of all kinds where the role may read; outsiders may not read them."""
        part, spare = (self.kept, self.spare) if self.is_member else (self.foreign, self.foreign)
        text = self.secret("a message of a community", but=MEMBERS | {"bot"})
        first = self.says(self.keeper, self.lobby, f"{WORD} {text}")
        reply = self.says(self.fellow, self.lobby, "a reply", parent_id=first)
        asked = self.keeper.post(f"/api/channels/{self.lobby}/messages", {"poll": {"question": "Tea?", "options": ["yes", "no"]}})["id"]
        shown = self.says(self.keeper, self.lobby, "https://page.invalid/", attachment_ids=[self.picture(self.lobby, "cat")])
        self.keeper.put(f"/api/messages/{first}/reactions/%F0%9F%91%8D")
        self.keeper.put(f"/api/messages/{first}/pin")
        self.add(part, "messages", first, reply, asked, shown)
        told = f"@<user:{self.me.id}> look" if self.is_member else "look"
        self.add(spare, "messages", *[self.says(self.keeper, self.lobby, f"{told} {n}") for n in range(6)])
        self.add(part, "attachments", self.keeper.get(f"/api/messages/{shown}")["attachments"][0]["id"])
        self.add(spare, "attachments", *[self.picture(self.lobby, f"spare{n}") for n in range(3)])

    def own_things(self):
        """What keeper and the role have for themselves: drafts, saved messages, scheduled ones, pushes, sessions."""
        note = lambda what: self.secret(f"{what} of another", but=set())
        self.keeper.put(f"/api/channels/{self.lobby}/draft", {"body_md": f"{WORD} {note('a draft')}"})
        saved = self.says(self.keeper, self.lobby, "to be saved")
        self.keeper.put(f"/api/messages/{saved}/saved", {"note": note("a note")})
        later = {"body_md": f"{WORD} {note('a scheduled message')}", "send_at": self.soon(300)}
        self.add(self.foreign, "scheduled", self.keeper.post(f"/api/channels/{self.lobby}/scheduled", later)["id"])
        self.keeper.post("/api/me/push", {"endpoint": f"https://push.invalid/{note('a push address')}", "keys": PUSH_KEYS})
        session = self.keeper.get("/api/me/sessions")["items"][0]["id"]
        self.add(self.foreign, "sessions", session)
        if self.role in ("nobody", "bot"):
            return
        for _ in range(3):
            Person.signed_in(self.base, self.me.user["username"])
        for session in self.me.get("/api/me/sessions")["items"]:
            if session["current"]:
                self.guarded.append(session["id"])
            else:
                self.add(self.spare, "sessions", session["id"])
        if not self.is_member:
            return
        direct = self.me.post("/api/dms", {"user_ids": [self.fellow.id]})["id"]
        self.add(self.kept, "dms", direct)
        self.add(self.kept, "channels", direct)
        self.add(self.spare, "messages", *[self.says(self.me, self.lobby, f"mine {n}") for n in range(6)])
        self.add(self.spare, "attachments", *[self.picture(self.lobby, "mine", by=self.me) for _ in range(4)])
        for _ in range(2):
            begun = {"filename": "a.png", "content_type": "image/png", "size_bytes": len(PNG)}
            self.add(self.spare, "uploads", self.me.post(f"/api/channels/{self.lobby}/uploads", begun)["attachment"]["id"])
        for _ in range(3):
            scheduled = self.me.post(f"/api/channels/{self.lobby}/scheduled", {"body_md": "later", "send_at": self.soon(200)})
            self.add(self.spare, "scheduled", scheduled["id"])
        self.me.put(f"/api/messages/{saved}/saved", {"note": "mine"})
        told = until("a notification", lambda: self.me.get("/api/notifications")["items"])
        self.add(self.kept, "notifications", *[one["id"] for one in told])

    @staticmethod
    def soon(days):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * 86400))

    def programs(self):
        """Webhooks both ways, bots with tokens and a command, emoji."""
        managed = self.spare if self.role in MANAGERS else self.foreign
        home = f"/api/communities/{self.home}"
        for n in range(5):
            hook = self.keeper.post(f"/api/channels/{self.lobby}/webhooks", {"name": f"Hook {n}"})
            token = hook["url"].rstrip("/").rsplit("/", 1)[1]
            self.hide(token, "the token of an incoming webhook")
            self.add(self.kept, "hooks", {"id": hook["id"], "token": token})
            if n == 4:
                # One that stays.
                self.guarded.append(hook["id"])
                break
            self.add(managed, "webhooks", hook["id"])
            url = f"https://hooks.invalid/{self.secret('the address of an outgoing webhook', but=MANAGERS)}"
            out = self.keeper.post(f"{home}/outgoing_webhooks", {"url": url, "events": ["message.created"]})
            self.hide(out["secret"], "the secret of an outgoing webhook")
            self.add(managed, "outgoing_webhooks", out["id"])
        self.says(self.keeper, self.lobby, "to be delivered")
        delivered = until("a delivery", lambda: self.keeper.get(f"/api/outgoing_webhooks/{out['id']}/deliveries")["items"])
        self.add(managed, "deliveries", *[one["id"] for one in delivered])
        for n in range(3):
            bot = self.keeper.post(f"{home}/bots", {"name": f"Helper {n}", "scopes": ALL_SCOPES})
            token = self.keeper.post(f"/api/bots/{bot['id']}/tokens", {"scopes": ALL_SCOPES})
            self.hide(token["token"], "the token of a bot")
            self.add(managed, "bots", bot["id"])
            self.add(managed, "tokens", token["id"])
            command = self.keeper.post(f"{home}/commands", {"name": f"deploy{n}", "description": "Deploys.", "bot_id": bot["id"]})
            self.add(managed, "commands", command["id"])
        Person(self.base, token["token"]).post(f"/api/channels/{self.lobby}/join")
        used = self.keeper.post("/api/commands", {"channel_id": self.lobby, "text": "/deploy2 prod"})
        self.add(self.foreign, "invocations", used["effect"]["id"])
        emoji = [self.keeper.post(f"{home}/emoji", data={"name": f"crab{n}"}, files={"file": ("a.png", PNG, "image/png")}) for n in range(3)]
        self.add(managed, "emoji", *[one["id"] for one in emoji])

    def moderated(self):
        """Somebody who is banned, somebody who is muted, and invites."""
        home, managed = f"/api/communities/{self.home}", self.spare if self.role in MANAGERS else self.foreign
        reason = lambda what: {"reason": self.secret(f"why somebody was {what}", but=MANAGERS)}
        self.keeper.put(f"{home}/bans/{self.victims[5].id}", reason("banned"))
        self.keeper.put(f"{home}/mutes/{self.victims[4].id}", {"seconds": 86400, **reason("muted")})
        made = [self.keeper.post(f"{home}/invites", {}) for _ in range(4)]
        codes = [one["code"] for one in made[:3]]
        # A guest who accepts one is none any more.
        self.add(managed, "previews" if self.role == "guest" else "invites", *codes)
        self.add(self.kept, "previews", *codes)
        if self.role in ("nobody", "guest", "bot"):
            self.hide(made[3]["code"], "the code of an invite")
        over = self.keeper.post(f"{home}/invites", {"max_uses": 1})["code"]
        self.person("late").post(f"/api/invites/{over}/accept")
        self.add(self.kept, "invites", over)
        self.add(self.kept, "media", self.avatar())

    def avatar(self):
        """The parts of the address of a picture that everybody may see."""
        url = self.keeper.put("/api/me/avatar", files={"file": ("a.png", PNG, "image/png")})["avatar_url"]
        kind, id, size = url.rsplit("/", 3)[1:]
        return {"kind": kind, "id": id, "size": size}

    def system_things(self):
        """A sign-in provider, whose secret no answer has."""
        made = {
            "type": "oidc", "name": f"Gate {self.run}", "client_id": "a", "issuer_url": "https://gate.invalid",
            "client_secret": self.secret("the secret of a sign-in provider", but=set()),
        }
        provider = self.system.post("/api/system/oauth-providers", made)
        self.add(self.spare if self.role == "system-owner" else self.foreign, "oauth-providers", provider["id"])
        listed = requests.get(f"{self.base}/auth/providers", timeout=WITHIN_S).json()["items"]
        self.add(self.kept, "providers", *[one["name"] for one in listed])

    def described(self):
        """What the hooks need, for JSON."""
        words = [WORD, f"@<user:{self.fellow.id}>", f"#<channel:{self.vault}>", "**bold** `code`", "> quoted"]
        commands = [
            "/help", "/me waves", "/shrug", "/topic new", "/nick Nick", "/status busy", "/join #aside", "/poll \"Tea?\" \"yes\" \"no\"",
            f"/msg @{self.fellow.user['username']} hi", f"/mute @{self.victims[0].user['username']} 1m", "/webhook list", "/deploy0 prod",
            "/webhook create #lobby Poster", "/token create Helper", f"/invite @{self.fellow.user['username']}", "/remind 3d tea",
            f"/kick @{self.victims[1].user['username']}", "/purge #spare1 1",
        ]
        times = [self.soon(days) for days in (1, 30, 360)]
        return {
            "whole": {"keys": PUSH_KEYS}, "times": times, "role": self.role, "base": self.base, "token": self.me.token, "name": (self.me.user or {}).get("username"), "kept": self.kept,
            "spare": self.spare, "foreign": self.foreign, "secrets": self.secrets, "guarded": self.guarded, "words": words, "commands": commands, "home": self.home,
        }

    def stands(self):
        """What is wrong with the world after a run: while something is, the secrets were no test."""
        problems = []
        vault = self.keeper.get(f"/api/channels/{self.vault}/messages")["items"]
        if not any(WORD in one["body_md"] for one in vault):
            problems.append("the private channel has lost its messages")
        try:
            if self.is_member:
                self.me.get(f"/api/channels/{self.lobby}/messages")
            elif self.role == "guest":
                self.me.get("/api/me")
        except Refused as refusal:
            problems.append(f"the role has lost its place: {refusal}")
        return problems
