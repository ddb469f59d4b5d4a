"""No recognition of people or cars: what would feed one is refused, and nothing that does it is shipped."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gewu.infra.models import File
from tests.architecture.sources import ROOT, tracked
from tests.pictures import photo_bytes
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db
#: Endings under which trained models are kept.
MODELS = (".onnx", ".pt", ".pth", ".tflite", ".pb", ".h5", ".caffemodel", ".safetensors", ".engine", ".dlib")


@pytest.fixture
def token(world: World) -> str:
    answer = Client().post(
        "/api/v1/sign-in", {"name": "chen.guoping", "password": PASSWORD}, content_type="application/json"
    )
    return str(answer.json()["token"])


@pytest.mark.parametrize("purpose", ["face_feature", "plate", "fingerprint", "voiceprint", "gait"])
def test_upload_of_features_is_refused_in_plain_words(world: World, token: str, purpose: str) -> None:
    photo = SimpleUploadedFile("one.jpg", photo_bytes(), "image/jpeg")
    answer = Client().post(
        f"/api/v1/photos?purpose={purpose}", {"photo": photo}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 422
    assert "不收人脸、车牌等用于识别人或车的特征" in answer.json()["advice"]
    assert not File.objects.exists()


def test_features_as_a_file_or_as_fields_are_refused(world: World, token: str) -> None:
    vector = SimpleUploadedFile("feature.jpg", json.dumps([0.1] * 512).encode(), "image/jpeg")
    own = {"Authorization": f"Bearer {token}"}
    answer = Client().post("/api/v1/photos?purpose=photo_after", {"photo": vector}, headers=own)
    assert answer.status_code == 422
    given = {"text": "有人乱停车，占了消防通道。", "plate": "苏A12345", "face_feature": [0.1]}
    answer = Client().post("/api/v1/reports", given, content_type="application/json")
    assert answer.status_code == 422
    assert not File.objects.exists()


def test_no_model_that_recognises_is_shipped() -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked(*MODELS)] == []
