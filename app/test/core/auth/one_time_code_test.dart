import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/core/api/api_client.dart';
import 'package:weight_sync/core/api/server_clock.dart';
import 'package:weight_sync/weight_sync.dart';

import '../../support/fake_account_data.dart';
import '../../support/memory_token_storage.dart';
import '../../support/scripted_answer.dart';
import '../../support/scripted_server.dart';
import '../../support/tokens.dart';

void main() {
  late ScriptedServer server;
  late AuthenticationService authentication;

  setUp(() async {
    server = await ScriptedServer.start();
    final api = ApiClient(server.url, serverClock: ServerClock());
    addTearDown(api.close);
    authentication = AuthenticationService(api, MemoryTokenStorage(), FakeAccountData(), deviceName: 'Pixel 8');
    server.answer = (asked) => asked.path == '/api/auth/password/reset'
        ? ScriptedAnswer(201, tokens())
        : const ScriptedAnswer(202, {'code_expires_in': 1800});
  });

  test('a registration that the server answers with a mailed code signs nobody in, and the code does', () async {
    expect(await authentication.register(email: 'a', password: 'b'), isFalse);
    expect(authentication.state.value, const SignedOut());
    await authentication.resetPassword(email: 'a', code: '7KQM-3XTP', password: 'b');
    expect(authentication.state.value, isA<SignedIn>());
    final expected = {'email': 'a', 'code': '7KQM-3XTP', 'new_password': 'b', 'device_name': 'Pixel 8'};
    expect(server.asked.last.body, expected);
  });

  test('a code is mailed; a server without mail and a wrong code are different failures', () async {
    await authentication.mailCode('a');
    expect(server.asked.last.path, '/api/auth/password/forgot');
    expect(server.asked.last.body, {'email': 'a'});
    for (final (code, kind) in const [
      ('mail_not_configured', SignInFailureKind.noMail),
      ('invalid_code', SignInFailureKind.wrongCode),
    ]) {
      server.answer = (_) => ScriptedAnswer(403, {'code': code});
      final fails = throwsA(isA<SignInFailure>().having((failure) => failure.kind, 'kind', kind));
      await expectLater(authentication.mailCode('a'), fails);
      await expectLater(authentication.resetPassword(email: 'a', code: 'c', password: 'b'), fails);
    }
  });
}
