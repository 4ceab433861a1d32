import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mst_sites.settings")
app = Celery("mst_sites")
app.config_from_object("django.conf:settings", namespace="CELERY")
