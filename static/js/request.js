// fetch with our token; never follows to a sign-in page as if that were the answer.
import { csrf } from "./forms.js";

export function request(url, options = {}) {
  return fetch(url, {
    ...options,
    credentials: "same-origin",
    redirect: "manual",
    headers: { "X-CSRFToken": csrf(), "HX-Request": "true", Accept: "application/json, text/html;q=0.9", ...options.headers },
  });
}
