// Two phones: what is typed goes to the server as an act of a person, what the bot sent is fetched and shown.
"use strict";

const POLL_MS = 600;
const WALL_MS = 2000;
const PARTS = { cover: "Ảnh bìa", picture: "Ảnh", film: "Video", link: "Liên kết", broadcast: "Đã gửi người theo dõi" };

for (const phone of document.querySelectorAll(".phone")) run(phone);
for (const wall of document.querySelectorAll(".wall")) watch(wall);

function run(phone) {
  const channel = phone.dataset.channel;
  const talk = phone.querySelector(".talk");
  const input = phone.querySelector("input[name=text]");
  const fault = phone.querySelector("select[name=fault]");
  // A new person at every visit: the bot starts afresh.
  const user = String(Date.now()) + (channel === "zalo" ? "1" : "2");
  let shown = 0;
  let polling = false;

  phone.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    act("text", text, "", text);
  });
  for (const button of phone.querySelectorAll("button[data-kind]")) {
    button.addEventListener("click", () => {
      const kind = button.dataset.kind;
      const text = kind === "comment" ? input.value.trim() || "Làm giấy khai sinh cần gì?" : "";
      act(kind, text, "", kind === "comment" ? "(bình luận) " + text : "(" + button.textContent.trim() + ")");
    });
  }
  fault.addEventListener("change", () => {
    if (fault.value) post("fault/" + channel, { kind: fault.value });
    fault.value = "";
  });
  setInterval(poll, POLL_MS);

  async function act(kind, text, payload, said) {
    add("me", said);
    const answer = await post("act", { channel, kind, user, text, payload });
    if (answer !== 200) add("note", "Hook trả lời " + answer);
  }

  async function poll() {
    if (polling) return;
    polling = true;
    try {
      const answer = await fetch("sent/" + channel + "/" + user);
      const sent = answer.ok ? await answer.json() : [];
      for (const message of sent.slice(shown)) add("bot", message.text, message.buttons);
      shown = sent.length;
    } catch (error) {
      // The server restarts; the next look may succeed.
    } finally {
      polling = false;
    }
  }

  function add(who, text, buttons = []) {
    const item = document.createElement("li");
    item.className = who;
    const bubble = document.createElement(who === "note" ? "span" : "div");
    bubble.className = who === "note" ? "" : "bubble";
    bubble.textContent = text;
    item.append(bubble);
    if (buttons.length) item.append(choices(buttons));
    talk.append(item);
    talk.scrollTop = talk.scrollHeight;
  }

  function choices(buttons) {
    const row = document.createElement("div");
    row.className = "choices";
    for (const one of buttons) row.append(choice(one));
    return row;
  }

  function choice(one) {
    if (one.kind === "url" || one.kind === "phone") {
      const link = document.createElement("a");
      link.textContent = one.title;
      link.href = one.kind === "url" ? one.value : "tel:" + one.value;
      link.target = "_blank";
      link.rel = "noreferrer";
      return link;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = one.title;
    button.addEventListener("click", () => act(one.kind, one.title, one.value, one.title));
    return button;
  }
}

// What the account has published; pictures are named, not loaded.
function watch(wall) {
  const list = wall.querySelector("ol");
  let known = "";
  look();
  setInterval(look, WALL_MS);

  async function look() {
    try {
      const answer = await fetch("posts/" + wall.dataset.channel);
      const text = answer.ok ? await answer.text() : known;
      if (text === known) return;
      known = text;
      const posts = JSON.parse(text);
      wall.querySelector(".empty").hidden = posts.length > 0;
      list.replaceChildren(...posts.map(card));
    } catch (error) {
      // The server restarts; the next look may succeed.
    }
  }

  function card(one) {
    const item = document.createElement("li");
    item.tabIndex = 0; // a long post scrolls
    item.append(element("time", new Date(one.at).toLocaleString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" })));
    if (one.title) item.append(element("h3", one.title));
    item.append(element("p", one.text));
    const parts = document.createElement("ul");
    parts.append(...one.parts.map(part));
    item.append(parts);
    return item;
  }

  function part(one) {
    const words = [one.text, one.url].filter(Boolean).join(" – ");
    return element("li", PARTS[one.kind] + (words ? ": " + words : ""));
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) return answer.status;
  return (await answer.json()).status || answer.status;
}
