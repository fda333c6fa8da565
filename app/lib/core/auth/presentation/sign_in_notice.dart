import 'package:flutter/material.dart';

import '../../../l10n/generated/weight_words.dart';
import '../../presentation/banner_card.dart';
import '../../state/watched.dart';
import '../authentication_state.dart';

/// Says that the data is on this device only, with a button to sign in. Takes no space while somebody is signed in.
class SignInNotice extends StatelessWidget {
  /// Follows [state].
  const SignInNotice({required this.state, required this.onSignIn, super.key});

  /// Who is signed in.
  final Watched<AuthenticationState> state;

  /// Opens the sign-in form.
  final VoidCallback onSignIn;

  @override
  Widget build(BuildContext context) => ValueListenableBuilder<AuthenticationState>(
    valueListenable: state,
    builder: (context, state, _) {
      if (state is! SignedOut) return const SizedBox.shrink();
      final words = WeightWords.of(context);
      return BannerCard(
        icon: const Icon(Icons.cloud_off),
        title: words.onlyHere,
        detail: state.accountWasDeleted ? words.accountWasDeleted : words.signInLead,
        actions: [TextButton(onPressed: onSignIn, child: Text(words.signIn))],
      );
    },
  );
}
