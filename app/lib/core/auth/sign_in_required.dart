/// Thrown when the server has rejected the session, or the user of the request is not signed in.
final class SignInRequired implements Exception {
  /// Nothing can be sent until the user signs in.
  const SignInRequired();

  @override
  String toString() => 'SignInRequired';
}
