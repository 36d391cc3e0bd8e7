// A text in English → the same in the language of the editor.
import * as vscode from 'vscode';
import type { Translate } from './silence.ts';

/** For those who know nothing of the editor. */
export const translate: Translate = (message, ...args) => vscode.l10n.t(message, ...args);
