import 'dart:io';

/// Ends the program with a message for the person at the terminal.
Never die(String message) {
  stderr.writeln('app/tool: $message');
  exit(1);
}
