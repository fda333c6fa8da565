import Flutter
import UIKit
import workmanager_apple

@main
@objc class AppDelegate: FlutterAppDelegate, FlutterImplicitEngineDelegate {
  override func application(
    _ application: UIApplication,
    didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
  ) -> Bool {
    // iOS wants to know the handlers of background tasks before the launch has ended.
    WorkmanagerPlugin.registerLaunchHandlers()
    // A background task has an engine of its own, which needs the keychain and the folder too.
    WorkmanagerPlugin.setPluginRegistrantCallback { GeneratedPluginRegistrant.register(with: $0) }
    return super.application(application, didFinishLaunchingWithOptions: launchOptions)
  }

  func didInitializeImplicitFlutterEngine(_ engineBridge: FlutterImplicitEngineBridge) {
    GeneratedPluginRegistrant.register(with: engineBridge.pluginRegistry)
  }
}
