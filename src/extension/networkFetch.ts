/** What the extension reaches the network with: no agent of its own, so that VS Code's proxy settings hold. */
export { default as networkFetch } from 'node-fetch';
