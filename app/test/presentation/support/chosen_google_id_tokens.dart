import 'package:weight_sync/weight_sync.dart';

/// Gives a token, unless the test says otherwise.
class ChosenGoogleIdTokens implements GoogleIdTokens {
  /// Whether the person closes the choice of accounts.
  bool isCancelled = false;

  /// What the plug-in throws.
  Object? thrown;

  @override
  Future<String?> ask(List<String> clientIds) async {
    if (thrown case final thrown?) Error.throwWithStackTrace(thrown, StackTrace.current);
    return isCancelled ? null : 'token for ${clientIds.join(', ')}';
  }
}
