// Forms that publish: sends JSON, and says beside the form what went wrong.

import { say } from "/site/lane.js";

/** Sends a value as JSON; null when it was refused, which the page then says. */
export async function submit(url, value, { type = "application/json" } = {}) {
  const refusal = document.getElementById("refusal");
  refusal.textContent = "";
  try {
    const response = await fetch(url, { method: "POST", headers: { "Content-Type": type }, body: type === "application/json" ? JSON.stringify(value) : value });
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  } catch (error) {
    refusal.textContent = error instanceof TypeError ? say("The server does not answer.", "服务器没有回答。") : error.message;
    return null;
  }
}
