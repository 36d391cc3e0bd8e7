// What servers are told that this client can do: little, so that their answers are plain. Diagnostics are said to be pulled, so
// that servers do not compute them after every change.
import type { ClientCapabilities } from 'vscode-languageserver-protocol';

export const clientCapabilities: ClientCapabilities = {
  general: { positionEncodings: ['utf-16'] },
  workspace: { workspaceFolders: true, configuration: true },
  textDocument: {
    synchronization: { dynamicRegistration: false },
    completion: {
      contextSupport: true,
      completionItem: {
        snippetSupport: false,
        labelDetailsSupport: true,
        insertReplaceSupport: false,
        resolveSupport: { properties: ['detail', 'additionalTextEdits'] },
      },
      completionList: { itemDefaults: ['commitCharacters', 'editRange', 'data'] },
    },
    signatureHelp: {
      contextSupport: true,
      signatureInformation: { parameterInformation: { labelOffsetSupport: true }, activeParameterSupport: true },
    },
    definition: { linkSupport: false },
    hover: { contentFormat: ['plaintext'] },
    diagnostic: { dynamicRegistration: false },
  },
  window: { workDoneProgress: false },
};
