import 'package:flutter/foundation.dart';

import 'weight_sync_user.dart';

/// Extension point: the app's own sign-in, whose access tokens the server accepts (docs/OPERATIONS.md). The package then
/// neither asks for passwords nor stores tokens.
abstract interface class OwnSignIn {
  /// The user who is signed in; null if nobody is. The id must be the one that the server takes from the token.
  WeightSyncUser? get user;

  /// Notifies after a user has signed in or out, also if it is the same user as before.
  Listenable get changes;

  /// An access token of [user]. [refused] is a token that the server has just refused, so that another one is needed. Null
  /// if the user must sign in again. Throws if the service that issues tokens cannot be reached.
  Future<String?> accessToken({String? refused});
}
