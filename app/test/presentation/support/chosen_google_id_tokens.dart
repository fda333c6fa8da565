import 'package:weight_sync/weight_sync.dart';

/// Returns a token, cancels or throws, as the test chooses.
class ChosenGoogleIdTokens implements GoogleIdTokens {
  /// Whether the user cancels.
  bool isCancelled = false;

  /// Thrown by [ask] if set.
  Object? thrown;

  @override
  Future<String?> ask(List<String> clientIds) async {
    if (thrown case final thrown?) Error.throwWithStackTrace(thrown, StackTrace.current);
    return isCancelled ? null : 'token for ${clientIds.join(', ')}';
  }
}
