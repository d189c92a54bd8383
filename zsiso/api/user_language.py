"""The language that the user reads, from the variables of the locale."""

from __future__ import annotations

from collections.abc import Mapping

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def prefers_chinese(environ: Mapping[str, str]) -> bool:
    """Return whether messages that exist in English and in Chinese are to be shown in Chinese.

    The variables count in the order of gettext: LANGUAGE, a list of languages, comes first, unless
    the locale is C; then LC_ALL, LC_MESSAGES and LANG. An empty variable is as if not set.
    """
    locale = next((value for name in _LOCALE_VARIABLES if (value := environ.get(name))), "")
    languages = [language for language in environ.get("LANGUAGE", "").split(":") if language]
    if languages and _language(locale) not in {"c", "posix"}:
        # Messages in another language than these two do not exist.
        return next((name == "zh" for name in map(_language, languages) if name in {"zh", "en", "c"}), False)
    return _language(locale) == "zh"


def _language(locale: str) -> str:
    """Return the language of a locale: ``zh`` of ``zh_CN.UTF-8``."""
    return locale.replace("-", "_").partition(".")[0].partition("@")[0].partition("_")[0].lower()
