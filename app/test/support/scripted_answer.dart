import 'dart:io';

/// An answer of a `ScriptedServer`.
final class ScriptedAnswer {
  /// JSON, unless [contentType] says otherwise.
  const ScriptedAnswer(this.status, this.body, {this.headers = const {}, ContentType? contentType})
    : _contentType = contentType;

  /// The status.
  final int status;

  /// JSON, or text.
  final Object body;

  /// More headers.
  final Map<String, String> headers;

  final ContentType? _contentType;

  /// As given, or JSON.
  ContentType get contentType => _contentType ?? ContentType.json;
}
