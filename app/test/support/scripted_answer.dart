import 'dart:io';

/// A response of a `ScriptedServer`.
final class ScriptedAnswer {
  /// A JSON response, unless [contentType] is given.
  const ScriptedAnswer(this.status, this.body, {this.headers = const {}, ContentType? contentType})
    : _contentType = contentType;

  /// The HTTP status.
  final int status;

  /// JSON, or a text that is sent as it is.
  final Object body;

  /// Additional headers.
  final Map<String, String> headers;

  final ContentType? _contentType;

  /// The content type; JSON by default.
  ContentType get contentType => _contentType ?? ContentType.json;
}
