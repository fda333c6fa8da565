/// Thrown when the server has refused the session, or nobody (or somebody else) is signed in.
final class SignInRequired implements Exception {
  /// Nothing can be sent until somebody signs in.
  const SignInRequired();
}
