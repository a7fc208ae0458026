import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const kilo: MantineColorsTuple = [
  '#eff5fb',
  '#dde9f4',
  '#b9d1e8',
  '#92b7db',
  '#6f9fcf',
  '#4f88bd',
  '#3a73a8',
  '#2a5a8c',
  '#214a75',
  '#173a5e',
];

const systemFonts =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "Helvetica Neue", Arial, sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji"';

export const theme = createTheme({
  primaryColor: 'kilo',
  // Shades on which white text has a contrast of 4.5 : 1 or more.
  primaryShade: { light: 7, dark: 7 },
  colors: { kilo },
  fontFamily: systemFonts,
  headings: { fontFamily: systemFonts, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 400 } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45, blur: 2 } }, styles: { title: { fontWeight: 650 } } },
    // The placeholder is a child that the role "menu" does not allow.
    Menu: { defaultProps: { shadow: 'md', width: 220, withInitialFocusPlaceholder: false } },
  },
});

/** Mantine's defaults for secondary text and for red miss a contrast of 4.5 : 1 in places. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a636d',
    '--mantine-color-placeholder': '#68717b',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b32525',
    '--mantine-color-red-outline': '#c92a2a',
    '--mantine-color-red-light-color': '#c92a2a',
    '--mantine-color-red-text': '#c92a2a',
    '--mantine-color-anchor': '#2a5a8c',
    '--kilo-canvas': '#f6f8fa',
    '--kilo-line': '#e3e7eb',
    '--kilo-hover': '#f1f5f9',
    '--kilo-selected': '#e4eef8',
    '--kilo-folder': '#5b95cf',
    '--kilo-chart-uploads': '#3a73a8',
    '--kilo-chart-downloads': '#d9730d',
    '--kilo-chart-saved': '#2f9e75',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b1ba',
    '--mantine-color-placeholder': '#9aa2ab',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b32525',
    '--mantine-color-anchor': '#92b7db',
    '--mantine-color-body': '#191c20',
    '--kilo-canvas': '#14171a',
    '--kilo-line': '#2d3238',
    '--kilo-hover': '#22272c',
    '--kilo-selected': '#1f3348',
    '--kilo-folder': '#6f9fcf',
    '--kilo-chart-uploads': '#6f9fcf',
    '--kilo-chart-downloads': '#e8944a',
    '--kilo-chart-saved': '#4fbf94',
  },
});
