// What the compiled code of a grammar did that it must not: ask for too much memory, fail an assertion, go round in circles.

export class ScannerFault extends Error {}
