import { mount } from 'svelte';
import App from './App.svelte';
import '@fontsource/noto-sans-sc/400.css';
import './app.css';
import { theme } from './lib/theme.svelte';

// Before anything is drawn.
document.documentElement.dataset.theme = theme.now;
const target = document.getElementById('app');
if (target) mount(App, { target });
