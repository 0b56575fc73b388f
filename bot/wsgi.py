"""Gunicorn's entry: `gunicorn bot.wsgi:app`."""

from bot import create_app, log, settings

_settings = settings.load()
log.configure(_settings.log_format)
app = create_app(_settings)
