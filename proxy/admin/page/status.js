// SPDX-License-Identifier: Apache-2.0
// Keeps the status page as it would be if it were loaded again: asks for it every two seconds, and
// takes over the parts that have changed. Not while nobody looks.
"use strict";

(() => {
  const EVERY = 2000; // ms
  const PATIENCE = 5000; // ms, for one answer
  const live = document.getElementById("live");
  let timer = 0;
  let asking = false;
  let answered = new Date();

  // Said aloud by screen readers, so only when it changes.
  const say = (state, text) => {
    document.body.dataset.state = state;
    if (live.textContent !== text) live.textContent = text;
  };

  const clock = (time) => time.toLocaleTimeString([], { hour12: false });

  // Whoever copies something from the page keeps it under his hand.
  const inUse = (part) => {
    const selection = document.getSelection();
    return !selection.isCollapsed && selection.containsNode(part, true);
  };

  const take = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    for (const part of document.querySelectorAll("[data-part]")) {
      const next = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (next === null || next.innerHTML === part.innerHTML || inUse(part)) continue;
      part.replaceChildren(...next.childNodes);
    }
    const problems = document.querySelectorAll(".notices .problem").length;
    document.title = (problems > 0 ? `(${problems}) ` : "") + fresh.title;
  };

  const ask = async () => {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch("./", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      take(await answer.text());
      answered = new Date();
      say("live", "Live.");
    } catch {
      say("lost", `The gateway has not answered since ${clock(answered)}. These are its last numbers.`);
    } finally {
      asking = false;
    }
  };

  const go = () => {
    clearInterval(timer);
    if (document.hidden) {
      say("paused", "Paused.");
      return;
    }
    timer = setInterval(ask, EVERY);
    ask();
  };

  document.addEventListener("visibilitychange", go);
  go();
})();
