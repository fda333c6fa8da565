import 'dart:io';

/// Prints [message] to stderr and exits with status 1.
Never die(String message) {
  stderr.writeln('app/tool: $message');
  exit(1);
}
