const PATHS = {
  grid: 'M3 4a1 1 0 0 1 1-1h5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM14 4a1 1 0 0 1 1-1h5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1zM3 15a1 1 0 0 1 1-1h5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM14 15a1 1 0 0 1 1-1h5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1z',
  bell: 'M10.3 21a2 2 0 0 0 3.4 0M3.3 15.3A1 1 0 0 0 4 17h16a1 1 0 0 0 .7-1.7C19.4 14 18 12.5 18 8A6 6 0 0 0 6 8c0 4.5-1.4 6-2.7 7.3',
  report: 'M3 3v16a2 2 0 0 0 2 2h16M8 17v-4M13 17V8M18 17v-7',
  agent:
    'M5 3h14a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM5 14h14a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-3a2 2 0 0 1 2-2zM7 6.5h.01M7 17.5h.01M12 6.5h5M12 17.5h5',
  admin:
    'M4 6h9M19 6h1M4 12h1M11 12h9M4 18h6M16 18h4M13.5 6a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0M5.5 12a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0M10.5 18a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  search: 'M4 11a7 7 0 1 0 14 0 7 7 0 0 0-14 0M20 20l-4-4',
  down: 'M6 9l6 6 6-6',
  arrow: 'M5 12h14M13 6l6 6-6 6',
  close: 'M18 6 6 18M6 6l12 12',
  theme: 'M3 12a9 9 0 1 0 18 0 9 9 0 0 0-18 0M12 3v18M12 7h6M12 12h9M12 17h6',
  export: 'M12 3v12M7 10l5 5 5-5M4 20h16',
  print: 'M7 9V3h10v6M7 17H5a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2h-2M7 14h10v7H7z',
  plus: 'M12 5v14M5 12h14',
  left: 'M15 6l-6 6 6 6',
  right: 'M9 6l6 6-6 6',
  out: 'M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4M16 17l5-5-5-5M21 12H9',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1z',
  note: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  user: 'M8 8a4 4 0 1 0 8 0 4 4 0 0 0-8 0M4 21a8 8 0 0 1 16 0',
  mute: 'M10.3 21a2 2 0 0 0 3.4 0M17 17H4a1 1 0 0 1-.7-1.7C4.6 14 6 12.5 6 8q0-1 .3-1.9M9 2.8A6 6 0 0 1 18 8c0 2.3.4 3.8.9 5M3 3l18 18',
  table: 'M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM3 10h18M3 15h18M9 10v10',
  filter: 'M4 6h16M7 12h10M10 18h4',
  check: 'M5 12l5 5L20 7',
  play: 'M7 5v14l11-7z',
  pause: 'M8 5v14M16 5v14',
  compare: 'M9 3v18M15 3v18M9 8H4v11h5M15 5h5v11h-5',
  retry: 'M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7',
  pin: 'M12 21s7-6.1 7-11a7 7 0 1 0-14 0c0 4.9 7 11 7 11zM9.5 10a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0',
} as const;

/** A line drawing of 24 by 24; its meaning stands beside it. */
export function Icon({ name, small = false }: { name: keyof typeof PATHS; small?: boolean }) {
  return (
    <svg className={small ? 'i s' : 'i'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--mark-bg)" />
      <path
        d="M10 8v16M22 8v16M10 16h3.5l2.5-4 2.5 8 1-4H22"
        fill="none"
        stroke="var(--mark-fg)"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
