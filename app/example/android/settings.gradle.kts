pluginManagement {
    // The flutter command writes local.properties.
    val local = java.util.Properties().apply { file("local.properties").inputStream().use { load(it) } }
    val flutterSdk = requireNotNull(local.getProperty("flutter.sdk")) { "flutter.sdk is missing in local.properties" }
    includeBuild("$flutterSdk/packages/flutter_tools/gradle")

    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

plugins {
    id("dev.flutter.flutter-plugin-loader") version "1.0.0"
    id("com.android.application") version "8.11.1" apply false
    id("org.jetbrains.kotlin.android") version "2.2.20" apply false
}

include(":app")
