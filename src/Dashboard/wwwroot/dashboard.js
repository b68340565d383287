// What a page needs beside Blazor: theme, time zone, copying, the folding navigation, and the way Blazor connects again.
(() => {
  'use strict';

  const root = document.documentElement;

  const setCookie = (name, value) => {
    const secure = location.protocol === 'https:' ? '; secure' : '';
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=strict${secure}`;
  };

  const applyTheme = theme => {
    root.dataset.theme = theme;
    for (const link of document.querySelectorAll('link[data-theme-of]')) {
      const own = link.dataset.themeOf;
      link.media = theme === 'system' ? `(prefers-color-scheme: ${own})` : theme === own ? 'all' : 'not all';
    }
    for (const choice of document.querySelectorAll('[data-set-theme]')) {
      choice.setAttribute('aria-checked', String(choice.dataset.setTheme === theme));
    }
  };

  const setNavigation = open => {
    if (open) {
      root.dataset.nav = 'open';
    } else {
      delete root.dataset.nav;
    }
    for (const toggle of document.querySelectorAll('[data-toggle-nav]')) {
      toggle.setAttribute('aria-expanded', String(open));
    }
  };

  const copy = async button => {
    const text = document.getElementById(button.dataset.copy).innerText;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers give the clipboard to secure origins only; plain http on a company's network is none.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    const label = button.querySelector('span');
    const before = label.textContent;
    label.textContent = 'Copied';
    setTimeout(() => { label.textContent = before; }, 2000);
  };

  document.addEventListener('click', event => {
    const target = event.target instanceof Element ? event.target : null;
    const theme = target?.closest('[data-set-theme]');
    if (theme) {
      setCookie('mcpgateway-theme', theme.dataset.setTheme);
      applyTheme(theme.dataset.setTheme);
      theme.closest('[popover]')?.hidePopover();
    }
    if (target?.closest('[data-toggle-nav]')) {
      setNavigation(root.dataset.nav !== 'open');
    } else if (target?.closest('[data-close-nav]')) {
      setNavigation(false);
    }
    const copyButton = target?.closest('[data-copy]');
    if (copyButton) {
      copy(copyButton);
    }
  });

  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      setNavigation(false);
    }
  });

  setCookie('mcpgateway-zone', Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC');

  if (!window.Blazor) {
    return;
  }

  const bar = document.getElementById('components-reconnect-modal');
  new MutationObserver(() => {
    // The server is there again but has no memory of this page, as after a restart: loading it anew is what brings it back.
    if (bar.classList.contains('components-reconnect-rejected') || bar.classList.contains('components-reconnect-failed')) {
      location.reload();
    }
  }).observe(bar, { attributeFilter: ['class'] });

  Blazor.start({
    circuit: {
      reconnectionOptions: {
        maxRetries: 1000000,
        retryIntervalMilliseconds: tries => Math.min(250 * (tries + 1), 3000),
      },
    },
  });
})();
