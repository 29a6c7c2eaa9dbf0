// The portal works without this; with it times tick, drafts are kept, and
// nothing is sent twice.
import { startTicking } from './time.js';
import { startDialogs } from './dialogs.js';
import { startTheme } from './theme.js';
import { startToasts } from './toasts.js';
import { startDrafts } from './drafts.js';
import { startForms } from './forms.js';
import { startSuggest } from './suggest.js';
import { startAsking } from './asking.js';

startDialogs();
startTheme();
startToasts();
startDrafts();
startForms();
startSuggest();
startAsking();
startTicking();
document.documentElement.dataset.ready = '';
