// The editor's settings about proxies and certificates → how a process of ours reaches the network. The editor heeds them for requests
// of the extension host alone.
import * as vscode from 'vscode';
import type { NetworkOptions } from '../protocol/models.ts';

export function networkSettings(): NetworkOptions {
  const http = vscode.workspace.getConfiguration('http');
  const proxy = http.get<string>('proxySupport') === 'off' ? '' : http.get<string>('proxy')?.trim() || undefined;
  const noProxy = http.get<readonly string[]>('noProxy')?.join(',') || undefined;
  const proxyAuthorization = http.get<string | null>('proxyAuthorization') || undefined;
  return {
    // without one, the environment says
    ...(proxy !== undefined && { proxy }),
    ...(noProxy !== undefined && { noProxy }),
    ...(proxyAuthorization !== undefined && { proxyAuthorization }),
    strictCertificates: http.get<boolean>('proxyStrictSSL') !== false,
    systemCertificates: http.get<boolean>('systemCertificates') !== false,
  };
}
