// Puts the page into the browser's language, and asks again now and then: once the agent runs, its page is here.
(() => {
  const language = navigator.language.startsWith('fr') ? 'fr' : 'en';
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-en]')) {
    element.textContent = element.dataset[language];
  }
  if (!document.querySelector('form')) setTimeout(() => location.reload(), 3000);
})();
