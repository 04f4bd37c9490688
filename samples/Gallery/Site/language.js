// Which of the two languages the page speaks. Runs before the page is painted, so that nobody sees the other one first.
// Words stand in the page in both languages; gallery.css hides what is not in the page's own.

{
  const chinese = "zh-CN";

  function choose(language) {
    document.documentElement.lang = language === "zh" ? chinese : "en";
  }

  function show() {
    const language = document.documentElement.lang === chinese ? "zh" : "en";
    const title = document.querySelector("title");
    title.dataset.en ??= title.textContent;
    document.title = `${title.dataset[language]} · Minimal`;
    for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", button.dataset.language === language);
    document.dispatchEvent(new Event("language"));
  }

  choose(localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en"));

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => {
        localStorage.setItem("language", button.dataset.language);
        choose(button.dataset.language);
        show();
      });
    }
    show();
  });
}
