/// What an app needs to send the package's requests through an HTTP stack of its own (`transport` of `WeightSync.open`).
library;

export 'core/api/api_failure.dart' show ApiFailure, Unreachable;
export 'core/api/http_transport.dart';
