"""Words that mean the same thing to an authority: regional, everyday and official names of one idea.

Standard library only. Folded and written out like `text.expand`; the longest phrase wins. A concept is a hint
beside the words, never instead of them: "đẻ", "sanh" and "lâm bồn" meet in `birth`, and still differ as words.
"""

from collections.abc import Iterator

_GROUPS: dict[str, str] = {
    "birth":
        "de|sinh|sanh|moi sinh|moi sanh|moi de|lam bon|chao doi|lot long|ra doi|sinh con|de con|sanh con|"
        "sinh em be|sanh em be|khai sinh|khai sanh|giay chung sinh|chung sinh|so sinh|day thang|nam o|me bim|de rot",
    "baby":
        "be|em be|con nit|tre|tre em|tre con|chau be|nhoc|con moi sinh|tre nho|con nho|be gai|be trai|"
        "thang cu|cu ty|con gai|con trai|thang nho|con be|nhoc ty|be con|chau noi|chau ngoai|dua nho",
    "pregnant":
        "bau|co bau|mang bau|mang thai|co thai|thai san|sap sinh|sap de|sap sanh|nghi sinh|nghi de|tien sinh|"
        "tien thai san|vo bau|nghi thai san|say thai|sinh mo|mang thai ho",
    "marriage":
        "ket hon|cuoi|lay vo|lay chong|lap gia dinh|hon thu|dam cuoi|thanh hon|cuoi vo|cuoi chong|"
        "dang ky ket hon|giay ket hon|giay hon thu|ve chung mot nha|an hoi|sap cuoi|len xe hoa|lay nhau|"
        "cuoi hoi|vo chong moi cuoi",
    "divorce":
        "ly hon|ly di|bo nhau|chia tay chong|chia tay vo|ra toa ly hon|ban an ly hon|thoi chong|thoi vo|ly than",
    "single":
        "doc than|tinh trang hon nhan|chua lay vo|chua lay chong|chua ket hon|chua co vo|chua co chong|"
        "xac nhan doc than|giay doc than|chua vuong|con doc than|chua dang ky ket hon|chua tung ket hon",
    "death":
        "chet|qua doi|tu tran|mat roi|vua mat|moi mat|khai tu|chung tu|giay chung tu|bao tu|da mat|khuat|"
        "khuat nui|di roi|tu vong|qua co|bo mat|ba mat|me mat|ong mat|cha mat|chong mat|vo mat|cu mat|"
        "lam chung|nguoi chet|nguoi mat",
    "funeral":
        "mai tang|dam ma|dam tang|ma chay|chon cat|hoa tang|tien dam|tang le|tang phi|lo hau su|tien tuat|tu tuat",
    "orphan":
        "mo coi|khong con cha me|khong con bo me|cha me mat|bo me mat|giam ho|nguoi giam ho|tam than|"
        "mat nang luc|nuoi chau|bo me mat som|khong nguoi lo",
    "adopt":
        "con nuoi|nhan nuoi|xin con|nuoi con nuoi|nhan con nuoi|nhan lam con|bo me nuoi|cha me nuoi|be bi bo roi",
    "fatherhood":
        "nhan cha|nhan con|nhan bo|nhan me|cha ruot|bo ruot|con ruot|con ngoai gia thu|adn|khong co ten cha|"
        "chua co ten bo|de trong ten cha|trong ten cha|chua co ten cha|ten cha trong|bo de|cha de|nhin con|nhin cha",
    "correct":
        "sai|ghi sai|viet sai|go sai|in sai|nham|ghi nham|in nham|lech|cai chinh|dinh chinh|sua|dieu chinh|"
        "chinh sua|sai ten|sai ngay sinh|khong khop|khong trung|sua lai|chinh lai|sai chinh ta|sai sot|"
        "bi sai|khac nhau|cap nhat|bo sung",
    "rename": "doi ten|thay ten|doi ho|thay ho ten|ten xau|cai ten|doi chu dem|xac dinh lai dan toc|doi dan toc",
    "lost":
        "mat|lam mat|bi mat|danh mat|that lac|roi mat|rot mat|lam roi|lam rot|mat trom|bi trom|mat cap|"
        "bi cuop|khong tim thay|tim khong thay|tim khong ra|kiem khong ra|de dau mat|lac mat|chay mat|"
        "troi mat|lu cuon|chay het|chay sach|giat mat|moc tui",
    "damaged":
        "rach|hong|hu|nat|uot|mo|bi mo|nhoe|gay|bi gay|cong|oxi hoa|troc|bac mau|moc|hu hong|chuot can|"
        "moi an|cu nat|mo nhoe",
    "expired": "het han|qua han|sap het han|het hieu luc|den han|toi han|het thoi han|con han|tre han|han chot",
    "renew": "gia han|xin them thoi gian|keo dai|xin them",
    "again": "lam lai|cap lai|xin lai|dang ky lai|in lai|cap doi|doi lai|doi moi|doi the|doi so|doi sang|thay moi",
    "first":
        "lan dau|moi tinh|chua tung|chua co|chua lam|chua bao gio|lam moi|cap moi|tu truoc den gio chua|lan dau tien",
    "copy":
        "trich luc|ban sao|sao luc|xin ban sao|so goc|ban chinh|sao y|chung thuc|cong chung|photo|"
        "sao y ban chinh|chung thuc ban sao|photo cong chung|dau do|dong dau|dong dau sao y",
    "signature": "chu ky|chung thuc chu ky|xac nhan chu ky|chung chu ky|ky ten|ky giay|lan tay|diem chi|so yeu ly lich",
    "translate": "ban dich|dich thuat|phien dich|nguoi dich|dich sang|bien dich|dich giay to",
    "authorise":
        "uy quyen|nho nguoi|lam thay|linh thay|nhan thay|lanh ho|nhan ho|linh ho|nhan dum|lanh giup|di thay|"
        "lam ho|lanh thay",
    "will": "di chuc|lap di chuc|chuc thu|de lai tai san cho|chia cua truoc khi",
    "inherit":
        "thua ke|di san|gia tai|cua hoi mon|huong thua ke|de lai|chia tai san|phan chia|chia dat|chia cua|chia nha",
    "refuse": "tu choi|khong nhan|nhuong phan|nhuong het|khuoc tu|khong lay phan|nhuong lai|khong muon nhan",
    "gift": "tang cho|cho tang|cho con|bo me cho|cha me cho|tang con|cho dat|cho lai con",
    "permanent":
        "thuong tru|ho khau|nhap khau|nhap ho khau|nhap ho|ho khau thuong tru|chuyen khau|chuyen ho khau|"
        "so ho khau|vo ho khau|ghi ten vao ho khau|chuyen ve o han|dang ky thuong tru|nhap ten",
    "temporary":
        "tam tru|o tro|o thue|thue tro|phong tro|nha tro|o nho|dang ky tam tru|xom tro|kt3|o ghep|thue phong|khu tro",
    "away": "tam vang|di vang|vang nha|di xa lau|di khoi|roi khoi dia phuong|di bien dai ngay",
    "guest":
        "luu tru|khach o lai|ngu lai|o lai dem|o qua dem|khach den choi|khach san|nha nghi|homestay|"
        "khach ngu|luu tru qua dem|nghi lai",
    "household": "tach ho|tach khau|tach ho khau|tach so|chu ho|doi chu ho|ra rieng|an rieng|o rieng|rieng ho",
    "remove": "xoa|cat khau|cat ho khau|xoa ten|cat ten|xoa dang ky|gach ten|rut ten|bo ten|huy dang ky|xoa khau",
    "residence_proof":
        "ct07|xac nhan cu tru|xac nhan thong tin cu tru|xac nhan noi o|chung minh noi o|xac nhan cho o|dang o dau",
    "landlord":
        "chu nha|chu tro|cho thue|cho muon|nguoi thue|nguoi o tro|khach thue|cho thue nha|cho thue phong|cho thue tro",
    "idcard":
        "can cuoc|can cuoc cong dan|the can cuoc|chung minh thu|chung minh nhan dan|the gan chip|gan chip|"
        "chung minh|giay chung minh|the cccd|the chip|lam the|lam can cuoc|so dinh danh|ma dinh danh|"
        "dinh danh ca nhan|chin so|9 so|chung minh cu",
    "eid":
        "vneid|dinh danh dien tu|tai khoan dinh danh|muc 2|muc do 2|muc hai|dinh danh muc 2|can cuoc dien tu|"
        "app cong an",
    "passport": "ho chieu|passport|di nuoc ngoai|xuat canh|so thong hanh|pasport|quyen ho chieu|di du lich nuoc ngoai",
    "police_record": "ly lich tu phap|an tich|tien an|khong pham toi|phieu ly lich|xac nhan khong co tien an|tien su",
    "foreign":
        "nuoc ngoai|nguoi nuoc ngoai|tay|ong tay|nguoi tay|viet kieu|quoc tich|han quoc|nguoi han|nhat|"
        "nguoi nhat|my|nguoi my|dai loan|trung quoc|nguoi trung|phap|duc|uc|canada|lao|cam pu chia|campuchia|"
        "thai lan|nga|sec|singapore|anh quoc|chau au|ben my|ben han|ben nhat|ben duc|ben phap|lanh su|"
        "dai su quan|su quan|ngoai quoc|nga ngu|an do|malaysia",
    "expert": "chuyen gia|ky su nuoc ngoai|lao dong nuoc ngoai|thi thuc|visa",
    "age_child":
        "duoi 14|duoi 14 tuoi|may thang tuoi|lop 1|lop mot|mau giao|mam non|tieu hoc|duoi 6|duoi 6 tuoi|"
        "lop 2|lop 3|lop 4|7 tuoi|8 tuoi|9 tuoi|10 tuoi|11 tuoi|12 tuoi|13 tuoi|bay tuoi|tam tuoi|chin tuoi|"
        "muoi tuoi|muoi hai tuoi|cap 1",
    "age_infant":
        "so sinh|3 thang|4 thang|5 thang|6 thang|8 thang|9 thang|mot tuoi|1 tuoi|2 tuoi|3 tuoi|4 tuoi|5 tuoi|"
        "hai tuoi|ba tuoi|bon tuoi|nam tuoi|may thang|duoi 6 tuoi|duoi sau tuoi|muoi may thang|thang tuoi",
    "age_teen": "14 tuoi|du 14|tron 14|muoi bon tuoi|15 tuoi|16 tuoi|lop 8|lop 9|lop 10|cap 2|cap 3|du tuoi lam",
    "age_old":
        "75 tuoi|bay lam|bay muoi lam|80 tuoi|tam muoi|cao tuoi|nguoi gia|tuoi gia|cu ong|cu ba|lon tuoi|"
        "gia ca|70 tuoi|gia yeu|85 tuoi|90 tuoi",
    "land_paper":
        "so do|so hong|bia do|giay chung nhan quyen su dung dat|quyen su dung dat|bang khoan|giay dat|so dat|"
        "giay to dat|bia hong|giay do|to do|bia dat|so xanh|giay chung nhan dat",
    "land":
        "dat|thua dat|manh dat|lo dat|mieng dat|dat dai|dat vuon|dat ruong|ruong|nen dat|dat tho cu|dat o|"
        "rach gioi|dat nen|ray|dat lua|dat trong cay",
    "transfer":
        "sang ten|chuyen nhuong|mua ban|mua lai|ban lai|ban cho|chuyen ten|doi chu|chuyen chu|sang nhuong|"
        "ban nha|ban dat|mua nha|mua dat|dung ten",
    "handwritten": "giay tay|viet tay|giay viet tay|mua giay tay|khong cong chung|mua mieng",
    "split_land":
        "tach thua|hop thua|tach so|tach dat|cat dat|chia thua|gop thua|nhap thua|tach lam hai|tach ra|"
        "cat mot phan|tach manh",
    "land_use":
        "chuyen muc dich|len tho cu|chuyen tho cu|len dat o|chuyen dat|dat nong nghiep|chuyen doi muc dich|"
        "thue dat|giao dat|dat lua len|chuyen len",
    "dispute":
        "tranh chap|lan ranh|lan dat|lan sang|lan chiem|hoa giai|cai nhau|ranh gioi|moc gioi|lan|kien cao|"
        "gianh dat|bo bao|giai quyet tranh chap",
    "mortgage":
        "the chap|vay ngan hang|cam co|cam so|vay von|giao dich bao dam|bien phap bao dam|cam ngan hang|"
        "vay tien ngan hang|dam bao",
    "release":
        "xoa the chap|giai chap|tra het no|tat toan|tra xong no|xoa no|rut so|het no|go the chap|"
        "xoa dang ky the chap|da tra xong|tra xong ngan hang|het vay",
    "land_debt":
        "ghi no|no tien su dung dat|xoa ghi no|no thue dat|tra no tien su dung dat|no tien dat|"
        "no le phi truoc ba|no nha nuoc",
    "build":
        "xay nha|xay dung|cat nha|lam nha|xay moi|dung nha|giay phep xay dung|do mong|khoi cong|cat lai nha|"
        "cat moi|xay|len lau|xay tang",
    "repair_house":
        "sua nha|cai tao|nang tang|len tang|coi noi|sua chua|nang nen|chong tham|lam lai mai|thay mai|gia co|"
        "sua lai nha|tu sua nha",
    "planning":
        "quy hoach|giai toa|dinh lo gioi|lo gioi|treo|co nam trong quy hoach|mo duong|thong tin quy hoach|"
        "dinh quy hoach|chi gioi",
    "pavement": "via he|long duong|le duong|he pho|truoc cua nha|rap dam cuoi|dung rap|bay ban|de xe via he|loi di",
    "social_housing": "nha o xa hoi|nha thu nhap thap|nha xa hoi|thue mua|vay mua nha|chua co nha|nha gia re",
    "car":
        "xe|xe may|o to|oto|xe hoi|xe tai|xe con|honda|mo to|xe dien|xe gan may|xe cu|xe ba banh|ban tai|"
        "xe may dien|wave|vision|sh",
    "car_paper": "ca vet|cavet|ca vet xe|dang ky xe|giay xe|giay dang ky xe|dang kiem|giay to xe|to xe",
    "plate": "bien so|bam bien|bam so|bien kiem soat|bang so|bien dinh danh|so xe|bien vang|bien trang|lay so",
    "licence":
        "bang lai|giay phep lai xe|bang lai xe|bang xe|bang oto|bang b2|bang a1|gplx|the lai|bang b1|bang c|"
        "hang b|hang a1|bang may",
    "driving_test": "thi bang|thi lay bang|thi lai xe|sat hach|hoc bang|thi sa hinh|thi ly thuyet|hoc lai|thi lai",
    "household_business":
        "ho kinh doanh|buon ban nho|tap hoa|quan an|mo quan|mo tiem|cua hang|tiem|quan|sap|sap cho|quan nuoc|"
        "quan ca phe|ban hang|buon ban|quan com|hang quan|mo hang|quan nhau|tiem toc|quay|shop|mo shop|"
        "kinh doanh nho|ho ca the|tiem may|ban buon",
    "company":
        "cong ty|doanh nghiep|cty|hang minh|ben cong ty|phap nhan|thanh lap cong ty|lap cong ty|mo cong ty|"
        "trach nhiem huu han",
    "llc_one":
        "mot thanh vien|1 thanh vien|mot minh lam chu|mot chu|mot minh toi|minh toi lam chu|tu minh bo von|"
        "chi minh toi|mot minh bo von",
    "llc_many":
        "hai thanh vien|2 thanh vien|hun von|hun hap|gop von|hai nguoi gop|ba nguoi gop|chung von|anh em gop|"
        "may nguoi gop|ban be gop",
    "stock_company": "co phan|co dong|cong ty co phan|phat hanh co phieu|cp|ba co dong|goi von",
    "coop": "hop tac xa|to hop tac|xa vien|htx|lien hiep hop tac xa|nong dan gop|ba con gop|lam an chung",
    "branch":
        "chi nhanh|van phong dai dien|dia diem kinh doanh|co so moi|mo them|kho hang|mo co so hai|lap kho|"
        "cua hang thu hai",
    "pause":
        "tam ngung|tam nghi|nghi tam|tam dung|nghi ban|tam dong cua|dong cua tam|nghi mot thoi gian|tam treo|"
        "ngung tam thoi|nghi it thang",
    "close":
        "dong cua|giai the|cham dut|dep tiem|dep quan|nghi luon|khong ban nua|khong kinh doanh nua|dong han|"
        "tra giay phep|dep luon|nghi han|dep|thoi khong lam|nghi buon ban|ngung hoat dong|pha san|thoi ban|"
        "dong luon|khong lam nua|huy",
    "change_business":
        "doi tru so|doi ten cong ty|doi nganh nghe|them nganh nghe|bo sung nganh|tang von|giam von|"
        "doi dia chi|doi dia diem|chuyen dia diem|chuyen cho ban|doi chu ho kinh doanh|them nghe|"
        "chuyen tru so|doi nganh",
    "members":
        "nguoi dai dien|dai dien phap luat|doi giam doc|them thanh vien|rut von|thanh vien gop von|"
        "chuyen nhuong von|doi nguoi dai dien|giam doc moi|sang nhuong co phan|thay giam doc|ban phan von",
    "upgrade":
        "len doanh nghiep|chuyen len cong ty|nang len cong ty|chuyen doi thanh doanh nghiep|len cong ty|"
        "chuyen thanh cong ty",
    "tax":
        "thue|khai thue|dong thue|nop thue|to khai thue|co quan thue|chi cuc thue|ben thue|thue thu nhap|"
        "quyet toan thue|etax",
    "tax_code": "ma so thue|ma thue|dang ky thue|dang ky ma so thue|mst",
    "dependant": "nguoi phu thuoc|giam tru gia canh|giam tru|phu thuoc|nuoi cha me|nuoi bo me",
    "income_tax": "thu nhap ca nhan|quyet toan|hoan thue|luong|tien luong|tien cong|khau tru thue|khau tru|thu nhap",
    "registration_fee": "truoc ba|le phi truoc ba|thue truoc ba",
    "land_tax": "thue dat|thue phi nong nghiep|thue nha dat|thue su dung dat|thue nong nghiep|phi nong nghiep",
    "rent_tax":
        "thue cho thue nha|cho thue nha|tien thue nha|cho thue tro|thue phong tro|cho thue mat bang|"
        "cho thue can ho|cho sinh vien thue",
    "invoice":
        "hoa don|hoa don dien tu|xuat hoa don|hoa don do|may tinh tien|lap sai hoa don|ghi sai hoa don|"
        "huy hoa don|hoa don sai",
    "bank_account":
        "so tai khoan|tai khoan ngan hang|vi dien tu|thong bao tai khoan|stk|qua tai khoan|chuyen khoan|"
        "the ngan hang|tai khoan",
    "social_insurance": "bao hiem xa hoi|bhxh|so bao hiem|so bhxh|dong bao hiem|co quan bao hiem|vssid",
    "health_insurance": "bao hiem y te|the bao hiem|bhyt|the bhyt|the kham benh|the bao hiem y te|bao hiem ho gia dinh",
    "voluntary":
        "tu nguyen|bao hiem tu nguyen|bhxh tu nguyen|tu dong bao hiem|nong dan dong bao hiem|tu mua bao hiem xa hoi",
    "lump_sum":
        "rut mot lan|rut bao hiem|mot lan|1 lan|lay mot cuc|rut het|rut bhxh|lanh mot lan|lay het mot lan|"
        "nhan mot lan",
    "pension": "luong huu|huu tri|huu|tien huu|ve huu|tien luong huu|nghi huu|can bo huu",
    "sick":
        "om dau|nghi om|om|benh|nghi benh|dau benh|nam vien|nam benh vien|om phai nghi|che do om dau|con om|"
        "nghi cham con|giay nghi om|truc ruot thua",
    "hospital_bill":
        "vien phi|thanh toan vien phi|kham trai tuyen|khong mang the|tu tra tien vien|cung chi tra|"
        "thanh toan lai|tra lai tien vien|hoa don vien phi",
    "employer":
        "nguoi lao dong|cong nhan|nhan vien|tuyen nguoi|nhan su|ke toan|chu xuong|thue nguoi lam|tuyen them|"
        "bao tang|bao giam",
    "move_benefit":
        "chuyen noi nhan|chuyen ve tinh|chuyen huong|chuyen luong huu|nhan luong huu o|chuyen cho lanh|"
        "doi noi nhan|doi noi lanh",
    "cash": "tien mat|linh tien mat|lanh tien mat|rut tien mat|nhan tien mat",
    "disabled":
        "khuyet tat|tat nguyen|liet|khiem thi|cam diec|tan tat|bai nao|cut|mu|khuyet tat nang|tu ky|down|"
        "cham phat trien|nguoi khuyet tat|ngoi xe lan",
    "allowance":
        "tro cap|tien tro cap|che do|huong che do|tien hang thang|bao tro xa hoi|bao tro|tro cap xa hoi|"
        "tien nha nuoc cho|phu cap|tien nguoi gia|ho tro hang thang",
    "poor":
        "ho ngheo|can ngheo|ngheo|so ngheo|kho khan|so ho ngheo|thoat ngheo|ho can ngheo|hoan canh|ngheo qua|"
        "gia canh kho",
    "middle_income":
        "muc song trung binh|trung binh|ho trung binh|diem nghiep|ngu nghiep|ho nong|song trung binh|khong ngheo",
    "yearly_review": "cuoi nam|ra soat|dinh ky|dot ra soat|hang nam|dot nay",
    "sudden": "dot xuat|phat sinh|giua nam|bat ngo|hoa hoan|bao lu|chay nha mat het|thuong xuyen",
    "veteran":
        "bo doi|di linh|quan nhan|khang chien|chong my|chien truong|di b|nhap ngu|xuat ngu|phuc vien|"
        "quan ngu|cuu chien binh|chien tranh|giai phong|truong son|linh",
    "civil_front": "dan cong|dan cong hoa tuyen|hoa tuyen|tai dan|gui dan|tai luong|di dan cong|gui gao|khieng thuong",
    "wounded":
        "thuong binh|bi thuong|manh dan|vet thuong|thuong tat|ty le thuong|manh phao|manh kim khi|bi dan|vet dan",
    "army":
        "nghia vu quan su|nghia vu|kham nghia vu|17 tuoi|muoi bay tuoi|nam thanh nien|quan su|tuoi quan su|"
        "goi nhap ngu|lenh goi",
    "legal_aid":
        "tro giup phap ly|luat su mien phi|tu van phap luat|phap ly mien phi|nguoi bao chua|"
        "khong tien thue luat su|tro giup",
    "police": "cong an|cong an xa|cong an phuong|canh sat|cong an vien|canh sat khu vuc",
    "complain":
        "khieu nai|khong dong y|phat oan|phat sai|xu phat sai|oan|khong dung luat|khieu kien|quyet dinh xu phat",
    "denounce":
        "to cao|nhan hoi lo|vi pham|sai pham|lam sai|vi pham phap luat|nhan tien|bao ke|tieu cuc|danh dan|lam quyen",
    "fire_safety":
        "phong chay|chua chay|pccc|phong chay chua chay|tham duyet|thoat hiem|tham dinh phong chay|bao chay|"
        "tham dinh thiet ke",
    "security_cert":
        "an ninh trat tu|karaoke|cam do|tiem cam do|vu truong|massage|xoa bop|bao ve|dich vu bao ve|"
        "du dieu kien an ninh|khach san|nha nghi|cho thue luu tru|phao hoa",
    "food_safety":
        "an toan thuc pham|attp|ve sinh an toan|an toan ve sinh|thuc pham|giet mo|so che|nong lam thuy san|"
        "thuy san|che bien|lo giet",
    "environment":
        "giay phep moi truong|moi truong|nuoc thai|khi thai|xa thai|chat thai|danh gia tac dong|"
        "bao ve moi truong|tieng on",
    "well": "gieng|gieng khoan|khoan gieng|nuoc ngam|nuoc duoi dat|khai thac nuoc|bom nuoc",
    "import":
        "nhap khau|hang nhap|nhap hang|nhap ve|hang ve cang|nhap may|nhap nguyen lieu|thong quan nhap|"
        "mua hang nuoc ngoai|nhap",
    "export": "xuat khau|hang xuat|xuat hang|xuat di|gui hang ra nuoc ngoai|ban ra nuoc ngoai|ban sang|phe lieu",
    "customs": "hai quan|thong quan|to khai hai quan|container|cang|lo hang|cua khau",
    "investment":
        "dau tu|nha dau tu|du an|khu cong nghiep|chu truong dau tu|chung nhan dang ky dau tu|von dau tu|"
        "nha xuong|nha may|kcn|khu kinh te|khu che xuat",
    "adjust_investment":
        "dieu chinh du an|tang von dau tu|doi muc tieu|gian tien do|dieu chinh giay chung nhan|"
        "mo rong nha may|dieu chinh chung nhan dau tu",
}  # fmt: skip

# What is asked, in the three regions' words.
_ASKED: dict[str, str] = {
    "where":
        "o dau|ra dau|den dau|toi dau|di dau|vo dau|len dau|ve dau|cho dau|gui dau|dem dau|tai dau|cho nao|"
        "noi nao|o mo|ra mo|di mo|ve mo|cho mo|len mo|toi mo|vo mo|o cho mo|xa nao|phuong nao|co quan nao|"
        "noi mo|cua nao|phong nao|xa mo|gap ai|nop ai|cho ai|ai nhan|ai giai quyet|ben nao|dan di mo|"
        "dan di dau|o xa hay|xa hay tinh|phuong hay|dau a|dau nhi|dau vay|odau",
    "documents":
        "can gi|can chi|giay gi|giay chi|giay to gi|giay to chi|nhung gi|nhung chi|giay to nao|can nhung|"
        "mang gi|mang chi|mang theo|dem gi|dem chi|dem theo|cam theo|cam chi|chuan bi gi|chuan bi|ho so gom|"
        "ho so can|can ho so|gom nhung|giay to|ho so gi|giay ma|nop gi|nop nhung|xuat trinh|kem theo|"
        "can mang|thieu giay|thanh phan ho so|ho so chi|can may thu|can thu gi|ban goc hay|bo ho so",
    "fee":
        "bao nhieu tien|may tien|ton tien|ton bao nhieu|mat tien|mat phi|le phi|phi bao nhieu|het bao nhieu|"
        "nhieu tien|may dong|dong nao|bao nhieu xien|mien phi|dong phi|thu phi|gia bao nhieu|ton phi|ton kem|"
        "may tram|dong bao nhieu|nop bao nhieu|chi phi|bao nhieu|ton dong|mat dong|tra tien|co ton|"
        "co mat tien|muc dong|duoc bao nhieu|ngon bao nhieu|dong tien",
    "time":
        "bao lau|may ngay|may hom|may bua|bao nhieu ngay|bao gio|khi nao|khi mo|chung nao|luc nao|"
        "bao nhieu lau|lau khong|nhanh khong|may tuan|may thang|may gio|bao nhieu gio|thoi han|thoi gian|"
        "ngay nao|ngay mo|lay lien|lay ngay|trong ngay|han chot|tre nhat|co nhanh|lau lac|mat bao lau|"
        "hom nao|bua nao|bua mo|truoc ngay|kip khong",
    "online":
        "online|qua mang|tren mang|truc tuyen|tren dien thoai|bang dien thoai|tai nha|o nha|ngoi nha|tu xa|"
        "qua app|tren app|app nao|cong dich vu cong|dich vu cong|buu dien|qua zalo|onl|tren vneid|"
        "bang may tinh|toan trinh|bam dien thoai|khoi di|gui mang|qua buu dien|internet|web nao|trang nao|onlien",
    "steps":
        "lam sao|lam the nao|the nao|nhu the nao|lam rang|ra rang|cach nao|cach lam|tung buoc|cac buoc|"
        "buoc nao|quy trinh|trinh tu|bat dau tu dau|phai lam gi|lam gi truoc|huong dan|chi cach|kieu gi|"
        "kieu chi|man rang|man sao|cach dang ky|thu tuc the nao|ra sao|lam kieu|theo buoc|cac buoc nao|may buoc",
    "conditions":
        "duoc khong|duoc hong|co duoc|co phai|phai khong|dieu kien|du dieu kien|doi tuong|ai duoc|"
        "bao nhieu tuoi|may tuoi|toi thieu|moi duoc|truong hop nao|bat buoc|co bi|bi phat|co can phai|"
        "duoc huong|co duoc huong|co du|thi duoc|moi lam duoc|uy quyen duoc|co lam duoc|nho nguoi|"
        "lam thay duoc|duoc chua|co cho|dang ky duoc|can dieu kien|du tuoi|tieu chuan|co duoc khong|phai khong rua",
    "result":
        "ket qua|duoc cap gi|cap cho giay|nhan duoc gi|nhan gi|dua cho to|cap giay gi|co gia tri|gia tri bao|"
        "may ban|nhan lai gi|xong duoc gi|dung duoc bao|hieu luc bao|duoc giay gi|ra giay gi|cam ve|lay ve|"
        "xong thi duoc|cap lai cho|duoc nhan gi|hieu luc|cam duoc gi",
    "legal":
        "luat nao|theo luat|nghi dinh|thong tu|van ban nao|quy dinh nao|can cu nao|can cu phap ly|can cu vao|"
        "dieu luat|dieu may|luat mo|co so phap ly|quy dinh o dau|luat gi|quy dinh gi|so may|theo quy dinh|"
        "luat quy dinh|dua vao dau|luat le",
    "forms":
        "mau don|to khai|bieu mau|mau so|mau nao|xin mau|tai mau|don mau|file mau|mau to khai|mau gi|"
        "viet don|dien to|to don|mau chi|don nao|mau giay|lay mau|ban mau|don theo mau|mau mo|xin to|in mau|"
        "form|mau ct|don xin|dien mau|cai mau",
}  # fmt: skip

_LONGEST = 5
_Phrases = dict[str, tuple[str, ...]]


def _by_phrase(groups: dict[str, str]) -> _Phrases:
    phrases: _Phrases = {}
    for concept, said in groups.items():
        for phrase in said.split("|"):
            phrases[phrase] = (*phrases.get(phrase, ()), concept)
    return phrases


_IDEAS = _by_phrase(_GROUPS)
_QUESTIONS = _by_phrase(_ASKED)


def concepts(said: list[str]) -> list[str]:
    """Return the concepts in the folded, written-out words `said`, in order, repeated ones included.

    >>> concepts("vo toi moi sanh em be".split())
    ['birth', 'baby']
    """
    return list(_found(said, _IDEAS))


def asked(said: list[str]) -> list[str]:
    """Return what the words `said` seem to ask, by aspect; what is asked of several things comes several times.

    >>> asked("lam giay khai sinh can chi rua".split())
    ['documents']
    """
    return list(_found(said, _QUESTIONS))


def _found(said: list[str], phrases: _Phrases) -> Iterator[str]:
    start = 0
    while start < len(said):
        for size in range(min(_LONGEST, len(said) - start), 0, -1):
            known = phrases.get(" ".join(said[start : start + size]))
            if known:
                yield from known
                start += size
                break
        else:
            start += 1
