/// The server's response to a sign-in.
Map<String, Object?> tokens({
  String access = 'access-1',
  String refresh = 'refresh-1',
  String user = 'u1',
  int seconds = 900,
  String? email,
}) => {
  'access_token': access,
  'token_type': 'Bearer',
  'expires_in': seconds,
  'refresh_token': refresh,
  'session_id': 'session of $user',
  'user': {'id': user, 'email': email ?? '$user@example.org'},
};
